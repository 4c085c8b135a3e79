import { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/index.js';
import {
  countExamples,
  exampleFeed,
  logitsGraph,
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
 * itself. The patch embedding, whose kernel has four axes, is none.
 *
 * @param examples [n, …inputShape]
 * @returns [inputs, inputs] row-major, by the name of the layer's weight
 * @throws CheckpointFitError for tensors that are not the model's
 */
export async function gramMatrices(
  model: MeasuredModel,
  tensors: ReadonlyMap<string, Tensor>,
  examples: Float32Array,
  { batch, threads, device = 'cpu', signal }: GramOptions,
): Promise<Map<string, Float64Array>> {
  const count = countExamples(model, examples);
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
  const whole = Math.floor(count / batch);
  const runs = [
    { size: batch, starts: Array.from({ length: whole }, (_, run) => run * batch) },
    { size: count % batch, starts: count % batch === 0 ? [] : [whole * batch] },
  ];
  for (const { size, starts } of runs.filter((run) => run.starts.length > 0)) {
    const network = await compile(gramGraph(model, size), { device, threads });
    try {
      for (const start of starts) {
        signal?.throwIfAborted();
        add(await network.run({ ...weights, ...exampleFeed(model, examples, start, size) }));
      }
    } finally {
      await network.dispose();
    }
  }
  return sums;
}

function gramGraph(model: MeasuredModel, batch: number) {
  const b = new GraphBuilder();
  const { parameters, logits } = logitsGraph(b, model, batch);
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
