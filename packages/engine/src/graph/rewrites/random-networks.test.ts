import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gradients } from '../../autodiff/index.js';
import { keyed } from '../../random/index.js';
import { interpret } from '../../runtime/reference/index.js';
import { type Graph, GraphBuilder, numbersOf, sizeOf, type Tensor, tensorOf, type Value } from '../index.js';
import { foldGeluScales } from './fold-gelu-scales.js';
import { rewrite } from './index.js';
import { narrowWeightedSums } from './narrow-weighted-sums.js';
import { removeCopies } from './remove-copies.js';
import { removeDeadNodes } from './remove-dead-nodes.js';
import { shareGelu } from './share-gelu.js';

const BATCH = 2;

/** What a layer does to rows [BATCH·tokens, width]; the same width comes out. */
const layer = fc.oneof(
  fc.record({
    kind: fc.constant('perceptron' as const),
    hidden: fc.integer({ min: 1, max: 5 }),
    bias: fc.boolean(),
    alpha: fc.constantFrom(1, 0.5, -2),
    /** A second Gemm between two GELUs, as in a head of three layers. */
    deep: fc.boolean(),
    /** A second product that reads the GELU. */
    twice: fc.boolean(),
    /** What else sees the GELU or what goes into it. */
    seen: fc.constantFrom('nothing', 'gelu', 'input', 'product'),
    approximate: fc.constantFrom('none' as const, 'none' as const, 'tanh' as const),
  }),
  fc.record({
    kind: fc.constant('attention' as const),
    heads: fc.constantFrom(1, 2),
    headWidth: fc.integer({ min: 1, max: 3 }),
    /** A sum of the weights' own, so that their gradient has another part. */
    seen: fc.constantFrom('nothing', 'weights', 'values'),
  }),
);
const network = fc.record({
  tokens: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 4 }),
  layers: fc.array(fc.record({ what: layer, residual: fc.boolean(), norm: fc.boolean() }), {
    minLength: 1,
    maxLength: 3,
  }),
  loss: fc.constantFrom('squares', 'sines', 'mean'),
  seed: fc.nat({ max: 1000 }),
});
type Network = typeof network extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** Loss and gradients of a drawn network as a graph in f64, not rewritten, with what it is fed. */
function drawn({ tokens, width, layers, loss, seed }: Network): { graph: Graph; feeds: Record<string, Tensor> } {
  const b = new GraphBuilder();
  const random = keyed(seed, 'rewrites');
  const feeds: Record<string, Tensor> = {};
  const operands: Value[] = [];
  const operand = (shape: readonly number[]): Value => {
    const name = `x${operands.length}`;
    const numbers = Array.from({ length: sizeOf(shape) }, () => random.normal());
    feeds[name] = tensorOf('f64', shape, numbers);
    const value = b.input(name, 'f64', shape);
    operands.push(value);
    return value;
  };
  const rows = BATCH * tokens;
  const seen: Value[] = [];
  const perceptron = (x: Value, one: Extract<Network['layers'][number]['what'], { kind: 'perceptron' }>): Value => {
    const bias = one.bias ? operand([one.hidden]) : null;
    const up = b.gemm(x, operand([one.hidden, width]), bias, { transB: true, alpha: one.alpha });
    let hidden = b.gelu(up, { approximate: one.approximate });
    const made: Record<string, Value> = { gelu: hidden, input: up, product: b.mul(hidden, up) };
    const noticed = made[one.seen];
    if (noticed !== undefined) seen.push(noticed);
    if (one.deep) hidden = b.gelu(b.gemm(hidden, operand([one.hidden, one.hidden]), null));
    const down = b.gemm(hidden, operand([width, one.hidden]), null, { transB: true });
    return one.twice ? b.add(down, b.gemm(hidden, operand([one.hidden, width]))) : down;
  };
  const attention = (x: Value, one: Extract<Network['layers'][number]['what'], { kind: 'attention' }>): Value => {
    const { heads, headWidth } = one;
    const split = (perm: readonly number[]) =>
      b.transpose(b.reshape(b.gemm(x, operand([width, heads * headWidth])), [BATCH, tokens, heads, headWidth]), {
        perm: [...perm],
      });
    const [q, k, v] = [split([0, 2, 1, 3]), split([0, 2, 3, 1]), split([0, 2, 1, 3])];
    const weights = b.softmax(b.matMul(b.mul(q, headWidth ** -0.5), k));
    if (one.seen === 'weights') seen.push(weights);
    if (one.seen === 'values') seen.push(v);
    const mixed = b.reshape(b.transpose(b.matMul(weights, v), { perm: [0, 2, 1, 3] }), [rows, heads * headWidth]);
    return b.gemm(mixed, operand([heads * headWidth, width]));
  };
  let x = operand([rows, width]);
  for (const { what, residual, norm } of layers) {
    const given = norm ? b.layerNormalization(x, operand([width]), operand([width])) : x;
    const made = what.kind === 'perceptron' ? perceptron(given, what) : attention(given, what);
    x = residual ? b.add(x, made) : made;
  }
  const sum = (value: Value) => b.reduceSum(value, { keepdims: false });
  const last = { squares: () => b.mul(x, x), sines: () => b.sin(x), mean: () => x }[loss];
  let total = sum(last?.() ?? x);
  for (const value of seen) total = b.add(total, sum(b.mul(value, value)));
  b.output('loss', total);
  for (const [i, slope] of gradients(b, total, operands).entries()) b.output(`slope${i}`, slope);
  for (const [i, value] of seen.entries()) if (i % 2 === 0) b.output(`seen${i}`, value);
  return { graph: b.snapshot(), feeds };
}

/** The largest difference of two results, relative to the largest number of any output, or 1. */
function apart(left: Readonly<Record<string, Tensor>>, right: Readonly<Record<string, Tensor>>): number {
  expect(Object.keys(left)).toEqual(Object.keys(right));
  let most = 0;
  let scale = 1;
  for (const [name, wanted] of Object.entries(right)) {
    const numbers = numbersOf(left[name] ?? tensorOf('f64', [0], []));
    for (const [at, value] of numbersOf(wanted).entries()) {
      most = Math.max(most, Math.abs((numbers[at] ?? Number.POSITIVE_INFINITY) - value));
      scale = Math.max(scale, Math.abs(value));
    }
  }
  return most / scale;
}

/** What a graph says: its operators with the shapes of what they make. */
const said = ({ nodes }: Graph) =>
  nodes.map(({ operator, outputs }) => `${operator} ${outputs.map(({ shape }) => shape.join('×'))}`).join();

const passes = { shareGelu, foldGeluScales, narrowWeightedSums };

test('random networks of GELU and attention have the results, in f64, of the graph that was not rewritten', () => {
  const applied = { shareGelu: 0, foldGeluScales: 0, narrowWeightedSums: 0 };
  fc.assert(
    fc.property(network, (one) => {
      const { graph, feeds } = drawn(one);
      const right = interpret(graph, feeds);
      expect(apart(interpret(rewrite(graph), feeds), right)).toBeLessThan(1e-9);
      // And one by one, each on what the one before left.
      let current = removeCopies(removeDeadNodes(graph));
      for (const [name, pass] of Object.entries(passes)) {
        const next = removeDeadNodes(pass(current));
        if (said(next) !== said(current)) applied[name as keyof typeof applied]++;
        expect(apart(interpret(next, feeds), right), name).toBeLessThan(1e-9);
        current = next;
      }
    }),
    { numRuns: 300, seed: 7 },
  );
  // Each of them had something to do in many of the networks.
  for (const [name, count] of Object.entries(applied)) expect(count, name).toBeGreaterThan(40);
});
