import { describe, expect, test } from 'vitest';
import { isFloat } from '../graph/dtype.js';
import {
  type Graph,
  GraphBuilder,
  numbersOf,
  operatorNames,
  sizeOf,
  type Tensor,
  tensor,
  type Value,
} from '../graph/index.js';
import { type OperatorCase, operatorCases, valuesOf } from '../graph/operators/operator-cases.fixture.js';
import { interpret } from '../runtime/reference/index.js';
import { GradientError, gradients, gradientTable } from './index.js';

/** Half the distance between the two points of a central difference; the error of the difference is of order STEP². */
const STEP = 1e-5;
/** Relative to the largest of 1 and the gradient: what f64 leaves of a difference quotient with that step. */
const BOUND = 2e-8;

/**
 * A loss that weighs every element of every floating-point output differently, so that no error can hide in a sum. The
 * weights are fed: as constants they would be folded, and rounded to f32.
 */
function weighted(b: GraphBuilder, outputs: readonly Value[]): Value {
  const terms = outputs.map((output, i) => {
    const weights = b.input(`weights${i}`, 'f32', output.shape);
    return b.reduceSum(b.mul(b.cast(output, 'f32'), weights), { keepdims: false });
  });
  const [first, ...rest] = terms;
  if (first === undefined) throw new Error('The case has no floating-point output.');
  return rest.reduce((sum, term) => b.add(sum, term), first);
}

function weightsFor(output: Value): Tensor {
  return tensor(
    'f64',
    output.shape,
    Float64Array.from({ length: sizeOf(output.shape) }, (_, i) => Math.cos(1.7 * i + 0.4)),
  );
}

interface Prepared {
  readonly graph: Graph;
  readonly feeds: Record<string, Tensor>;
  readonly names: readonly string[];
}

function prepare({ inputs, build }: OperatorCase): Prepared {
  const b = new GraphBuilder();
  const values = inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape));
  const built = build(b, ...values);
  const outputs = valuesOf(built).filter((output) => isFloat(output.dtype));
  const loss = weighted(b, outputs);
  const wrt = values.filter((value) => isFloat(value.dtype));
  b.output('loss', loss);
  for (const [i, gradient] of gradients(b, loss, wrt).entries()) b.output(`gradient.${wrt[i]?.name}`, gradient);
  const feeds: Record<string, Tensor> = Object.fromEntries(
    inputs.map((input, i) => [`x${i}`, isFloat(input.dtype) ? inF64(input) : input]),
  );
  for (const [i, output] of outputs.entries()) feeds[`weights${i}`] = weightsFor(output);
  return { graph: b.build(), feeds, names: wrt.map((value) => value.name) };
}

function inF64(input: Tensor): Tensor {
  return tensor('f64', input.shape, numbersOf(input));
}

function lossOf({ graph, feeds }: Prepared, name: string, index: number, delta: number): number {
  const original = feeds[name];
  if (original === undefined) throw new Error(`No feed ${name}.`);
  const moved = numbersOf(original);
  moved[index] = (moved[index] ?? 0) + delta;
  const loss = interpret(graph, { ...feeds, [name]: tensor('f64', original.shape, moved) }).loss;
  return Number(loss?.data[0]);
}

/** Cases whose gradient is asked for: those with a floating-point input and output. */
function differentiable(operator: (typeof operatorNames)[number]): readonly OperatorCase[] {
  return operatorCases[operator].filter(({ inputs, build }) => {
    const b = new GraphBuilder();
    const built = build(b, ...inputs.map(({ dtype, shape }, i) => b.input(`x${i}`, dtype, shape)));
    const outputs = valuesOf(built);
    return inputs.some(({ dtype }) => isFloat(dtype)) && outputs.some(({ dtype }) => isFloat(dtype));
  });
}

describe('every rule of the gradient table agrees with finite differences in f64', () => {
  for (const operator of operatorNames) {
    const row = gradientTable[operator];
    if (typeof row !== 'function') continue;
    // The difference quotient of a stopped gradient is not its gradient; it has a test of its own below.
    if (operator === 'StopGradient') continue;

    describe(operator, () => {
      const cases = differentiable(operator);
      test('has a case that is differentiated', () => expect(cases.length).toBeGreaterThan(0));

      test.each(cases)('$title', (operatorCase) => {
        const prepared = prepare(operatorCase);
        const computed = interpret(prepared.graph, prepared.feeds);
        for (const name of prepared.names) {
          const gradient = computed[`gradient.${name}`];
          if (gradient === undefined) throw new Error(`No gradient for ${name}.`);
          expect(gradient.shape).toEqual(prepared.feeds[name]?.shape);
          for (const [i, slope] of numbersOf(gradient).entries()) {
            const difference = (lossOf(prepared, name, i, STEP) - lossOf(prepared, name, i, -STEP)) / (2 * STEP);
            expect(Math.abs(slope - difference), `${name}[${i}]: ${slope} against ${difference}`).toBeLessThan(
              BOUND * Math.max(1, Math.abs(difference)),
            );
          }
        }
      });
    });
  }
});

describe('an operator that is not differentiable says so', () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [1, 1, 4, 4]);
  const factors = b.input('factors', 'f32', [4]);

  test('when the loss depends on a parameter through it', () => {
    const loss = b.reduceMean(b.reduceProd(b.mul(x, factors), { axes: [-1] }));
    expect(() => gradients(b, loss, [factors])).toThrow('ReduceProd stands between the loss and its parameters.');
  });

  test('but not when only constants pass through it', () => {
    const loss = b.reduceMean(b.mul(b.reduceProd(x), b.reduceSum(factors)));
    expect(gradients(b, loss, [factors])).toHaveLength(1);
  });

  test('and gives every reason as a sentence', () => {
    for (const row of Object.values(gradientTable)) {
      if (typeof row !== 'function') expect(row.notDifferentiable).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('gradients()', () => {
  function derivative(build: (b: GraphBuilder, x: Value) => Value, x: number): number {
    const b = new GraphBuilder();
    const input = b.input('x', 'f32', []);
    const [gradient] = gradients(b, build(b, input), [input]);
    if (gradient === undefined) throw new Error('No gradient.');
    b.output('gradient', gradient);
    return Number(interpret(b.build(), { x: tensor('f64', [], Float64Array.of(x)) }).gradient?.data[0]);
  }

  test('adds up over every use of a value', () => {
    expect(derivative((b, x) => b.add(b.mul(x, x), b.mul(x, 3)), 5)).toBe(13);
  });

  test('sends nothing through stopGradient', () => {
    expect(derivative((b, x) => b.mul(x, b.stopGradient(x)), 5)).toBe(5);
  });

  test('may be taken of a gradient', () => {
    const second = derivative((b, x) => {
      const [slope] = gradients(b, b.pow(x, 4), [x]);
      return slope ?? x;
    }, 2);
    expect(second).toBeCloseTo(48, 10);
  });

  test('shares the gradient evenly between equal extremes', () => {
    expect(derivative((b, x) => b.max(x, b.constant(2, 'f32')), 2)).toBe(0.5);
    expect(
      derivative((b, x) => b.reduceMax(b.concat([b.reshape(x, [1]), b.constant([2], 'f32')], { axis: 0 })), 2),
    ).toBe(0.5);
  });

  test('gives everything to the first of equal maxima in a window of a pool', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [1, 1, 2, 4]);
    const pooled = b.maxPool(x, [2, 2], { strides: [1, 2] });
    const [gradient] = gradients(b, b.reduceSum(b.mul(pooled, b.constant([3, 5], 'f32', [1, 1, 1, 2]))), [x]);
    if (gradient === undefined) throw new Error('No gradient.');
    b.output('gradient', gradient);
    const found = interpret(b.build(), { x: tensor('f64', [1, 1, 2, 4], Float64Array.of(0, 7, 0, 0, 7, 7, 0, 0)) });
    expect(found.gradient?.data).toEqual(Float64Array.of(0, 3, 5, 0, 0, 0, 0, 0));
  });

  test('takes intermediate values', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2]);
    const middle = b.exp(x);
    const [gradient] = gradients(b, b.reduceSum(b.mul(middle, middle)), [middle]);
    expect(gradient?.shape).toEqual([2]);
  });

  test('refuses a loss that is not one number', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', [2, 3]);
    expect(() => gradients(b, x, [x])).toThrow('The loss has shape [2, 3], not one element.');
  });

  test('refuses a parameter that the loss does not depend on', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', []);
    const unused = b.input('unused', 'f32', [3]);
    expect(() => gradients(b, b.mul(x, x), [unused])).toThrow(GradientError);
    expect(() => gradients(b, b.mul(x, x), [unused])).toThrow(/does not depend on "unused"/);
  });

  test('refuses integers', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'f32', []);
    const labels = b.input('labels', 'i64', [3]);
    expect(() => gradients(b, b.mul(x, x), [labels])).toThrow(/"labels" is i64/);
  });
});
