import { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/index.js';
import {
  exampleFeeds,
  examplesOf,
  logitsGraph,
  type MeasuredExamples,
  type MeasuredModel,
  type MeasureOptions,
  weightFeeds,
} from './measured-model.js';

export interface GramOptions extends MeasureOptions {
  /** Most examples in one run of the network. */
  readonly batch: number;
}

/** Of the outputs that are Gram matrices; the rest is the name of the weight. */
const PREFIX = 'gram:';

/**
 * The Gram matrix XᵀX of the inputs X of every linear layer, rows over all examples and tokens: products of one batch in f32,
 * their sum in f64. A linear layer is found in the graph: a product whose second operand is a parameter [outputs, inputs]
 * itself. The patch embedding, whose kernel has four axes, is none. Only examples of one size go together, so that no padding
 * is counted.
 *
 * @returns [inputs, inputs] row-major, by the name of the layer's weight
 * @throws CheckpointFitError for tensors that are not the model's
 */
export async function gramMatrices(
  model: MeasuredModel,
  tensors: ReadonlyMap<string, Tensor>,
  given: MeasuredExamples,
  { batch, threads, device = 'cpu', signal }: GramOptions,
): Promise<Map<string, Float64Array>> {
  const examples = examplesOf(model, given);
  const weights = weightFeeds(model, tensors);
  const sums = new Map<string, Float64Array>();
  const add = (found: Record<string, Tensor>) => {
    for (const [output, gram] of Object.entries(found)) {
      if (!output.startsWith(PREFIX)) continue;
      const name = output.slice(PREFIX.length);
      const numbers = numbersOf(gram);
      const sum = sums.get(name) ?? new Float64Array(numbers.length);
      for (const [at, value] of numbers.entries()) sum[at] = (sum[at] as number) + value;
      sums.set(name, sum);
    }
  };
  for (const [size, places] of bySize(examples.sizes)) {
    const whole = places.length - (places.length % batch);
    const runs = [
      { rows: batch, from: 0, to: whole },
      { rows: places.length - whole, from: whole, to: places.length },
    ];
    for (const { rows, from, to } of runs.filter((run) => run.from < run.to)) {
      const network = await compile(gramGraph(model, rows, size), { device, threads });
      try {
        for (let start = from; start < to; start += rows) {
          signal?.throwIfAborted();
          const feeds = await exampleFeeds(examples, places.slice(start, start + rows), size);
          add(await network.run({ ...weights, ...feeds }));
        }
      } finally {
        await network.dispose();
      }
    }
  }
  return sums;
}

/** Places of the examples by their size. */
function bySize(sizes: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [place, size] of sizes.entries()) {
    const places = found.get(size) ?? [];
    places.push(place);
    found.set(size, places);
  }
  return found;
}

function gramGraph(model: MeasuredModel, rows: number, size: number) {
  const b = new GraphBuilder();
  const { parameters, logits } = logitsGraph(b, model, rows, size);
  const names = new Map([...parameters].map(([name, value]) => [value, name]));
  const inputs = new Map<string, Value[]>();
  for (const node of b.nodes) {
    if (node.operator !== 'Gemm' || !node.attributes.transB || node.attributes.transA) continue;
    const [rows, weight] = node.inputs;
    const name = weight === null || weight === undefined ? undefined : names.get(weight);
    if (name === undefined || rows === null || rows === undefined) continue;
    inputs.set(name, [...(inputs.get(name) ?? []), rows]);
  }
  for (const [name, uses] of inputs) {
    const grams = uses.map((rows) => b.gemm(rows, rows, null, { transA: true }));
    // A weight that is used in several places sees the inputs of all.
    b.output(
      PREFIX + name,
      grams.reduce((sum, gram) => b.add(sum, gram)),
    );
  }
  // Every parameter is fed, so something has to depend on all of them.
  b.output('logits', logits);
  return b.build();
}
