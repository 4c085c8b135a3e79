import { beforeAll, describe, expect, test } from 'vitest';
import { type GraphNode, type OperatorName, operatorNames } from '../../graph/index.js';
import { operatorCases } from '../../graph/operators/operator-cases.fixture.js';
import { DeviceError } from '../errors.js';
import { compile } from '../executable.js';
import { operatorGraph, worstDifference } from '../operator-graph.fixture.js';
import { interpret } from '../reference/index.js';
import { whyNoWebgpu } from './adapter.fixture.js';
import { webgpuRules } from './rules.js';

/** Largest error of one f32 operator relative to the larger of 1 and the result, where its rule states no other. */
const BOUND = 1e-5;

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});

/** Cases that WebGPU cannot do, with the sentence that refuses them. */
const refused: Partial<Record<OperatorName, Readonly<Record<string, RegExp>>>> = {
  Cast: { 'to f64 and on': /is f64\./ },
  Conv: {
    'three spatial axes': /no kernel for this ConvTranspose\. It transposes convolutions over one or two spatial/,
  },
};

describe('every operator and its gradient on webgpu, nothing left to the CPU, agree with the reference', () => {
  test.for(operatorNames)('%s', async (operator, context) => {
    if (missing !== null) return context.skip(missing);
    const cases = operatorCases[operator].filter(({ title }) => refused[operator]?.[title] === undefined);
    const { graph, feeds } = operatorGraph(operator, cases);
    const executable = await compile(graph, { device: 'webgpu', threads: 1 });
    const computed = await executable.run(feeds);
    await executable.dispose();
    const bounds = graph.nodes.map((node: GraphNode) => webgpuRules[node.operator].bound ?? BOUND);
    expect(worstDifference(graph, computed, interpret(graph, feeds), Math.max(...bounds))).toBeNull();
  });
});

describe('what webgpu cannot do', () => {
  const named = operatorNames.flatMap((operator) =>
    Object.entries(refused[operator] ?? {}).map(([title, sentence]) => ({ operator, title, sentence })),
  );
  test.for(named)('$operator, $title, is refused by name', async ({ operator, title, sentence }) => {
    const { graph } = operatorGraph(
      operator,
      operatorCases[operator].filter((operatorCase) => operatorCase.title === title),
    );
    const refusal = compile(graph, { device: 'webgpu', threads: 1 });
    await expect(refusal).rejects.toThrow(DeviceError);
    await expect(refusal).rejects.toThrow(sentence);
  });

  test('every rule that says an operator differently says why', () => {
    for (const operator of operatorNames) {
      const { lower, because } = webgpuRules[operator];
      expect(because === undefined, operator).toBe(lower === undefined);
    }
  });
});
