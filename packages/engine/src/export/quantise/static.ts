import type { GraphBuilder } from '../../graph/builder.js';
import type { Graph, GraphNode, Value } from '../../graph/graph.js';
import { appendAgain, rebuild } from '../../graph/rewrites/rebuild.js';
import { usesOf } from '../fold-batch-normalization.js';
import { type ProductOptions, type WeightedProduct, weightedProducts } from './products.js';
import { type Range, type Step, stepOf } from './ranges.js';
import type { QuantisedWeights } from './weights.js';
import { integerWeights } from './written-weights.js';

/**
 * The values that static quantisation needs the range of, in an order that does not depend on the batch: what weights meet,
 * and what convolutions give (after their Relu).
 */
export function observedValues(graph: Graph, options: ProductOptions): readonly Value[] {
  return [...placesOf(graph, weightedProducts(graph, options)).keys()];
}

/**
 * The network with weights of eight bits and with what they meet rounded to u8 over ranges that were measured before: pairs of
 * QuantizeLinear and DequantizeLinear, which a runtime fuses with the products between them into integer kernels. What lies
 * between products (norms, attention, sums) stays in f32.
 *
 * @param ranges of `observedValues`, in that order
 */
export function quantiseStatically(graph: Graph, ranges: readonly Range[], options: ProductOptions): Graph {
  const products = weightedProducts(graph, options);
  const places = placesOf(graph, products);
  const steps = new Map([...places.keys()].map((value, i) => [value, stepOf(rangeAt(ranges, i))]));
  const stepAt = (value: Value): Step => {
    const step = steps.get(value);
    if (step === undefined) throw new RangeError(`The range of "${value.name}" was not measured.`);
    return step;
  };
  const rounded = new Map<Value, Value>();
  /** `made`, which stands for `old`, as it comes back from eight bits. */
  const throughBytes = (b: GraphBuilder, old: Value, made: Value): Value => {
    const known = rounded.get(old);
    const step = steps.get(old);
    if (known !== undefined || step === undefined) return known ?? made;
    const [scale, zero] = [b.constant(step.scale, 'f32'), b.constant(Uint8Array.of(step.zero), 'u8', [])];
    const back = b.dequantizeLinear(b.quantizeLinear(made, scale, zero), scale, zero);
    rounded.set(old, back);
    return back;
  };
  return rebuild(graph, (b, node, inputs, known) => {
    const product = products.get(node);
    const [output] = node.outputs;
    const outputs =
      product === undefined
        ? null
        : [multiplied(b, product, known, throughBytes(b, product.x, known(product.x)), stepAt(product.x))];
    if (output === undefined || places.get(output) !== node) return outputs;
    const [made] = outputs ?? appendAgain(b, node, inputs);
    return made === undefined ? outputs : [throughBytes(b, output, made)];
  });
}

function multiplied(
  b: GraphBuilder,
  product: WeightedProduct,
  known: (value: Value) => Value,
  x: Value,
  { scale }: Step,
): Value {
  // In steps of a bias that fits: filters that are next to nothing (of a channel that a batch normalisation switched off) have
  // smaller ones of their own, and those of zeros have none.
  const weights = product.quantised(product.biases?.map((one) => Math.abs(one) / (MOST_STEPS * scale)));
  const { dequantised } = integerWeights(b, product.name, weights);
  const bias = integerBias(b, product, weights, scale);
  if (product.kind === 'matrix') {
    // As one Gemm, which a runtime turns into one integer kernel; a product and a sum would become a Gemm of f32.
    if (x.shape.length === 2 && (bias !== null || product.bias === null)) return b.gemm(x, dequantised, bias);
    const numbers = b.matMul(x, dequantised);
    return product.bias === null ? numbers : b.add(numbers, known(product.bias));
  }
  return b.appendOne('Conv', [x, dequantised, bias], product.node.attributes);
}

/** What a bias may be in its steps: with the sum of the products it stays within 32 bits. */
const MOST_STEPS = 2 ** 30;

/** The bias as i32 in steps of (scale of x · scale of the weights), which is what the integers sum up to. */
function integerBias(
  b: GraphBuilder,
  { biases, name }: WeightedProduct,
  weights: QuantisedWeights,
  scale: number,
): Value | null {
  if (biases === null) return null;
  const scales = weights.scales.map((filter) => filter * scale);
  const numbers = Int32Array.from(biases, (bias, i) => Math.round(bias / (scales[i] ?? 1)));
  const channels = [numbers.length];
  const integers = b.constant(numbers, 'i32', channels, `${name}.bias`);
  const zeros = b.constant(new Int32Array(numbers.length), 'i32', channels, `${name}.bias.zero`);
  const steps = b.constant(scales, 'f32', channels, `${name}.bias.scale`);
  return b.dequantizeLinear(integers, steps, zeros, { axis: 0 });
}

/**
 * Where eight bits come in: what a product reads (null), and what a convolution gives, by the node whose output that is: the
 * convolution, or the Relu that alone reads it.
 */
function placesOf(
  graph: Graph,
  products: ReadonlyMap<GraphNode, WeightedProduct>,
): ReadonlyMap<Value, GraphNode | null> {
  const places = new Map<Value, GraphNode | null>();
  const uses = usesOf(graph);
  const relus = new Map<Value | null | undefined, GraphNode>(
    graph.nodes.filter(({ operator }) => operator === 'Relu').map((node) => [node.inputs[0], node]),
  );
  for (const [node, { kind, x }] of products) {
    if (!places.has(x)) places.set(x, null);
    const [output] = node.outputs;
    if (kind === 'matrix' || output === undefined) continue;
    const relu = uses.get(output) === 1 ? relus.get(output) : undefined;
    const last = relu ?? node;
    for (const value of last.outputs.slice(0, 1)) places.set(value, last);
  }
  return places;
}

function rangeAt(ranges: readonly Range[], index: number): Range {
  const range = ranges[index];
  if (range === undefined) throw new RangeError(`${ranges.length} ranges were measured; number ${index} is missing.`);
  return range;
}
