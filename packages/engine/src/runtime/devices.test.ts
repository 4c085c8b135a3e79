import { describe, expect, test } from 'vitest';
import { gradients } from '../autodiff/index.js';
import { gradientTable } from '../autodiff/table.js';
import { isFloat } from '../graph/dtype.js';
import { type Graph, GraphBuilder, numbersOf, operatorNames, type Tensor, type Value } from '../graph/index.js';
import { type OperatorCase, operatorCases, valuesOf } from '../graph/operators/operator-cases.fixture.js';
import { type DeviceName, devices } from './devices.js';
import { compile } from './executable.js';
import { interpret } from './reference/index.js';

/** Largest error of one f32 operator, relative to the largest of 1 and the result; a few rounding steps of 6e-8. */
const BOUND = 2e-6;

function feedsOf({ inputs }: OperatorCase): Record<string, Tensor> {
  return Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
}

/** The case, and where it can be differentiated also its gradients, so that backward graphs meet every device too. */
function graphOf(operator: keyof typeof gradientTable, { inputs, build }: OperatorCase): Graph {
  const b = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape));
  const outputs = valuesOf(build(b, ...values));
  for (const [i, output] of outputs.entries()) b.output(`y${i}`, output);
  const wrt = values.filter(({ dtype }) => isFloat(dtype));
  const losses = outputs
    .filter(({ dtype }) => dtype === 'f32')
    .map((output) => b.reduceSum(b.sin(output), { keepdims: false }));
  const [first, ...rest] = losses;
  if (typeof gradientTable[operator] === 'function' && first !== undefined && wrt.length > 0) {
    const loss = rest.reduce((sum: Value, next) => b.add(sum, next), first);
    for (const [i, gradient] of gradients(b, loss, wrt).entries()) b.output(`gradient${i}`, gradient);
  }
  return b.build();
}

for (const device of Object.keys(devices) as DeviceName[]) {
  describe(`every operator and its gradient on ${device} agree with the reference`, () => {
    for (const operator of operatorNames) {
      describe(operator, () => {
        test.each(operatorCases[operator])('$title', async (operatorCase) => {
          const graph = graphOf(operator, operatorCase);
          const feeds = feedsOf(operatorCase);
          const executable = await compile(graph, { device, threads: 1 });
          const computed = await executable.run(feeds);
          await executable.dispose();
          const expected = interpret(graph, feeds);
          for (const { name, value } of graph.outputs) {
            expect(computed[name]).toMatchObject({ dtype: value.dtype, shape: value.shape });
            expectClose(name, computed[name], expected[name]);
          }
        });
      });
    }
  });
}

function expectClose(name: string, computed: Tensor | undefined, expected: Tensor | undefined): void {
  if (computed === undefined || expected === undefined) throw new Error(`No output ${name}.`);
  const wanted = numbersOf(expected);
  for (const [i, value] of numbersOf(computed).entries()) {
    const right = wanted[i] ?? Number.NaN;
    const error = Math.abs(value - right) / Math.max(1, Math.abs(right));
    expect(error, `${name}[${i}]: ${value} against ${right}`).toBeLessThan(BOUND);
  }
}
