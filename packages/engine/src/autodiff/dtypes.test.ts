/**
 * Gradients in half and double precision: every rule writes its constants in the dtype of its operands, so that the backward
 * graph of an f16 graph is f16 throughout and computes what the reference computes, within the precision of f16.
 */
import { describe, expect, test } from 'vitest';
import {
  type DType,
  type Graph,
  GraphBuilder,
  numbersOf,
  operatorNames,
  type Tensor,
  tensorOf,
} from '../graph/index.js';
import { type OperatorCase, operatorCases, valuesOf } from '../graph/operators/operator-cases.fixture.js';
import { compile } from '../runtime/executable.js';
import { interpret } from '../runtime/reference/index.js';
import { gradients, gradientTable } from './index.js';

/** Cases of these name f32 themselves. */
const ofOneDtype: ReadonlySet<string> = new Set(['Cast', 'Loop']);

/** Two f16 roundings (2⁻¹¹ each) after every one of a few operators, relative to the larger of 1 and the largest number. */
const BOUND = 2e-2;

function inDtype(dtype: DType, { dtype: was, shape, ...tensor }: Tensor): Tensor {
  return was === 'f32'
    ? tensorOf(dtype, shape, numbersOf({ dtype: was, shape, ...tensor }))
    : { dtype: was, shape, ...tensor };
}

interface Prepared {
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
}

/** The case in another dtype with the gradients of the mean of its outputs; null when nothing in it can be differentiated. */
function prepare(dtype: DType, { inputs, build }: OperatorCase): Prepared | null {
  const b = new GraphBuilder();
  const tensors = inputs.map((input) => inDtype(dtype, input));
  const values = tensors.map((input, i) => b.input(`x${i}`, input.dtype, input.shape));
  const outputs = valuesOf(build(b, ...values)).filter((output) => output.dtype === dtype && !output.shape.includes(0));
  const wrt = values.filter((value) => value.dtype === dtype);
  const [first, ...rest] = outputs.map((output) => b.reduceMean(output, { keepdims: false }));
  if (first === undefined || wrt.length === 0) return null;
  const loss = rest.reduce((sum, next) => b.add(sum, next), first);
  for (const [i, gradient] of gradients(b, loss, wrt).entries()) {
    expect(gradient.dtype, `gradient of x${i}`).toBe(dtype);
    b.output(`gradient${i}`, gradient);
  }
  return { graph: b.build(), feeds: Object.fromEntries(tensors.map((input, i) => [`x${i}`, input])) };
}

const differentiable = operatorNames.filter(
  (operator) => typeof gradientTable[operator] === 'function' && !ofOneDtype.has(operator),
);

describe.each(differentiable)('%s', (operator) => {
  test.each(operatorCases[operator])('$title, in f16 on the CPU', async (operatorCase) => {
    const prepared = prepare('f16', operatorCase);
    if (prepared === null) return;
    const executable = await compile(prepared.graph, { device: 'cpu', threads: 1 });
    const computed = await executable.run(prepared.feeds);
    await executable.dispose();
    for (const [name, expected] of Object.entries(interpret(prepared.graph, prepared.feeds))) {
      const wanted = numbersOf(expected);
      const scale = wanted.reduce((most, n) => Math.max(most, Math.abs(n)), 1);
      const found = computed[name];
      expect(found).toMatchObject({ dtype: 'f16', shape: expected.shape });
      if (found === undefined) continue;
      for (const [i, n] of numbersOf(found).entries()) {
        expect(
          Math.abs(n - (wanted[i] ?? Number.NaN)) / scale,
          `${name}[${i}]: ${n} against ${wanted[i]}`,
        ).toBeLessThan(BOUND);
      }
    }
  });

  test('keeps f64', () => {
    for (const operatorCase of operatorCases[operator]) prepare('f64', operatorCase);
  });
});
