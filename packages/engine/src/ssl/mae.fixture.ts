/** @file The miniature of `mae.py` and how far MAE is from it. Used by tests and fidelity rows. */
import { z } from 'zod';
import { gradients } from '../autodiff/gradients.js';
import { GraphBuilder } from '../graph/builder.js';
import type { DType } from '../graph/dtype.js';
import type { Graph } from '../graph/graph.js';
import { numbersOf, type Tensor, tensorOf } from '../graph/tensor.js';
import { parameterValues } from '../models/parameter-values.js';
import { vitArchitectureSchema } from '../models/vit/architecture.js';
import { compile } from '../runtime/executable.js';
import { interpret } from '../runtime/reference/index.js';
import { packedTensor, packedTensors, readFixture } from '../testing/oracle.fixture.js';
import { mae } from './mae.js';
import { maskFromNoise } from './masking.js';
import { scalarLoss } from './ssl-loss.fixture.js';

export const maeFixture = readFixture(new URL('./fixtures/mae.json', import.meta.url), {
  architecture: vitArchitectureSchema,
  mask: z.number(),
  // Its mlpRatio is the engine's fixed one, 4.
  decoder: z.object({ dim: z.int(), depth: z.int(), heads: z.int() }),
  weights: packedTensors,
  images: packedTensor,
  noise: packedTensor,
  cases: z.array(z.object({ normalisePixels: z.boolean(), loss: z.number(), gradients: packedTensors })),
});
export type MaeCase = (typeof maeFixture.cases)[number];

const { architecture, mask, decoder, weights, images, noise } = maeFixture;
const [batch = 0, patches = 0] = noise.shape;

/** The order of the patches that the fixture's noise asks for. */
export function shuffleOfNoise(): Tensor {
  const data = new Int32Array(batch * patches);
  for (let i = 0; i < batch; i++) {
    data.set(maskFromNoise(noise.data.subarray(i * patches, (i + 1) * patches), mask).shuffle, i * patches);
  }
  return { dtype: 'i32', shape: [batch, patches], data };
}

/** The graph of the loss and of the gradients of `trained`, fed with weights, `images` and `shuffle`. */
export function maeGraph(normalisePixels: boolean, trained: readonly string[], dtype: DType = 'f32'): Graph {
  const loss = mae.bind(architecture, { mask, decoder, normalise_pixels: normalisePixels }, { batch, seed: 3 });
  const b = new GraphBuilder();
  const inputs = new Map([...weights].map(([name, { shape }]) => [name, b.input(name, dtype, shape)]));
  const pictures = b.input('images', dtype, images.shape);
  const shuffle = b.input('shuffle', 'i32', [batch, patches]);
  const parameters = parameterValues(inputs);
  const value = scalarLoss(loss, b, { parameters, views: [pictures], input: () => shuffle });
  b.output('loss', value);
  for (const [index, gradient] of gradients(b, value, trained.map(parameters)).entries()) {
    b.output(`gradient.${trained[index]}`, gradient);
  }
  return b.build();
}

export interface MaeErrors {
  /** Both relative, the gradient by the largest magnitude of each tensor. */
  readonly loss: number;
  readonly gradient: number;
}

/** How far loss and gradients are from PyTorch's: in f64 on the reference interpreter, or in f32 on the cpu device. */
export async function maeErrors(one: MaeCase, dtype: 'f64' | 'f32'): Promise<MaeErrors> {
  const graph = maeGraph(one.normalisePixels, [...one.gradients.keys()], dtype);
  const given = [...weights, ['images', images] as const].map(([name, { shape, data }]): [string, Tensor] => [
    name,
    tensorOf(dtype, shape, data),
  ]);
  const feeds = { ...Object.fromEntries(given), shuffle: shuffleOfNoise() };
  const outputs = dtype === 'f64' ? interpret(graph, feeds) : await onCpu(graph, feeds);
  const numbers = (name: string) => {
    const output = outputs[name];
    return output === undefined ? new Float64Array() : numbersOf(output);
  };
  let gradient = 0;
  for (const [name, { data }] of one.gradients) {
    const found = numbers(`gradient.${name}`);
    const apart = Math.max(...data.map((value, i) => Math.abs(value - (found[i] ?? Number.POSITIVE_INFINITY))));
    gradient = Math.max(gradient, apart / Math.max(...data.map(Math.abs)));
  }
  return { loss: Math.abs((numbers('loss')[0] ?? Number.NaN) - one.loss) / Math.abs(one.loss), gradient };
}

async function onCpu(graph: Graph, feeds: Record<string, Tensor>): Promise<Record<string, Tensor>> {
  const executable = await compile(graph, { device: 'cpu', threads: 1 });
  try {
    return await executable.run(feeds);
  } finally {
    await executable.dispose();
  }
}
