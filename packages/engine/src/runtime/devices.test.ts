import { describe, expect, test } from 'vitest';
import { operatorNames } from '../graph/index.js';
import { operatorCases } from '../graph/operators/operator-cases.fixture.js';
import { compile } from './executable.js';
import { operatorGraph, worstDifference } from './operator-graph.fixture.js';
import { interpret } from './reference/index.js';

/** Largest error of one f32 operator, relative to the largest of 1 and the result; a few rounding steps of 6e-8. */
const BOUND = 2e-6;

describe('every operator and its gradient on cpu agree with the reference', () => {
  for (const operator of operatorNames) {
    describe(operator, () => {
      test.each(operatorCases[operator])('$title', async (operatorCase) => {
        const { graph, feeds } = operatorGraph(operator, [operatorCase]);
        const executable = await compile(graph, { device: 'cpu', threads: 1 });
        const computed = await executable.run(feeds);
        await executable.dispose();
        expect(worstDifference(graph, computed, interpret(graph, feeds), BOUND)).toBeNull();
      });
    });
  }
});
