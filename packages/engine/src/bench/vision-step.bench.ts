/** @file The training step that is measured: a ViT/16 at 224² on noise, AdamW, clipping, as `train` runs it. */
import type { Graph } from '../graph/index.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import { initialise } from '../models/initialise.js';
import { type VisionModel, visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import { openStepper, type Stepper } from '../runtime/stepper.js';
import { fineTuningTask } from '../training/fine-tuning.js';
import { adamw } from '../training/optimizers/adamw.js';
import { layoutOf } from '../training/parameter-layout.js';
import { stateVectors } from '../training/state-vectors.js';
import { buildStepGraph, type StepPlan } from '../training/step-graph.js';

export const CLASSES = 1000;
export const WEIGHT_DECAY = 0.05;

/** The widths and heads of Dosovitskiy et al. 2021 and Touvron et al. 2021; depth 12 each. */
export const SIZES = { ti: { dim: 192, heads: 3 }, s: { dim: 384, heads: 6 }, b: { dim: 768, heads: 12 } } as const;
export type Size = keyof typeof SIZES;

export function vit(size: Size): VisionModel {
  const { dim, heads } = SIZES[size];
  return visionModel({
    family: 'vit',
    image: 224,
    channels: 3,
    patch: 16,
    dim,
    depth: 12,
    heads,
    mlp: 4 * dim,
    pooling: 'cls',
    layerNormEpsilon: 1e-6,
  });
}

export interface MeasuredStep {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly stepper: Stepper;
  /** Milliseconds from the architecture to a step that is ready, without the drawing of first weights. */
  readonly preparation: number;
}

export async function openVisionStep(size: Size, batch: number, threads: number): Promise<MeasuredStep> {
  const begun = performance.now();
  const model = vit(size);
  const task = fineTuningTask(model, CLASSES, batch);
  const groups = layoutOf(task.parameters, task.frozen, WEIGHT_DECAY);
  const optimizer = adamw();
  const plan: StepPlan = { task, groups, frozen: new Map(), optimizer, clip: 1, accumulate: 1, ema: null };
  const graph = buildStepGraph(plan);
  const built = performance.now() - begun;
  const vectors = stateVectors(plan, initialise(task.parameters, 17));
  const state = Object.fromEntries(vectors.map(({ name, shape, first }) => [name, tensor('f32', shape, first())]));
  const scalars = Object.entries(optimizer.scalars(0, 1e-4)).map(([name, value]) => [
    name,
    tensor('f32', [], Float32Array.of(value)),
  ]);
  const labels = new Float32Array(batch * CLASSES);
  for (let i = 0; i < batch; i++) labels[i * CLASSES + ((i * 61) % CLASSES)] = 1;
  const drawn = performance.now();
  const stepper = await openStepper(graph, { device: 'cpu', threads, state });
  return {
    graph,
    feeds: {
      images: noise([batch, ...model.imageShape]),
      targets: tensor('f32', [batch, CLASSES], labels),
      ...Object.fromEntries(scalars),
    },
    stepper,
    preparation: built + performance.now() - drawn,
  };
}

/** Normalised noise: what a step takes does not depend on what is in the picture. */
export function noise(shape: readonly number[]): Tensor {
  const random = keyed(3, 'noise');
  const count = shape.reduce((product, size) => product * size, 1);
  return tensor(
    'f32',
    shape,
    Float32Array.from({ length: count }, () => 2 * random.uniform() - 1),
  );
}
