import { openSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import type { MeasuredNetwork } from '../../evaluation/cost/network-cost.js';
import type { Tensor } from '../../graph/tensor.js';
import { loadModel } from '../../models/load-model.js';
import { ARCHITECTURE_KEY } from '../../models/metadata.js';
import { loadTextModel } from '../../models/text/load-text-model.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/random.js';
import type { CostParameters } from '../../recipe/cost.js';
import { answerPlan, featurePlan } from '../../training/inference.js';
import { classesOfHead } from '../../training/network.js';
import { tokenFeeds } from '../../training/text-classification.js';
import { textPlan } from '../../training/text-inference.js';
import { sequenceLength } from '../text/text-data.js';

type Predictor = CostParameters['predictors'][number];

/** Where a network is: its checkpoint, and the head that answers for it where that is another file. */
export interface NetworkFiles {
  readonly model: string;
  readonly head: string | null;
  readonly predictor: Predictor;
}

const HEAD_WEIGHT = 'head.weight';

/** Text that is equal exactly for equal networks, whatever their weights: these do not change how long an answer takes. */
export async function networkName({ model, head, predictor }: NetworkFiles): Promise<string> {
  await using file = await openSafetensors(model);
  const architecture = file.metadata.get(ARCHITECTURE_KEY) ?? '';
  if (predictor === 'features') return `features ${architecture}`;
  if (head === null) return `logits ${file.entries.get(HEAD_WEIGHT)?.shape.join('×')} ${architecture}`;
  await using own = await openSafetensors(head);
  return `logits ${own.entries.get(HEAD_WEIGHT)?.shape.join('×')} ${architecture}`;
}

/** Loads a network, with examples of noise. Throws CheckpointError and CheckpointFitError. */
export async function networkToMeasure(files: NetworkFiles): Promise<MeasuredNetwork> {
  await using file = await openSafetensors(files.model);
  return isTextModel(file.metadata) ? textToMeasure(files) : imagesToMeasure(files);
}

async function imagesToMeasure({ model, head, predictor }: NetworkFiles): Promise<MeasuredNetwork> {
  const { tensors, architecture } = await loadModel(model, 'The model');
  const whole = await withHead(tensors, head);
  const plan = predictor === 'features' ? featurePlan(architecture) : answerPlan(architecture, classesOfHead(whole));
  const example = visionModel(architecture).imageShape;
  const size = example.reduce((product, dimension) => product * dimension, 1);
  return {
    plan,
    tensors: whole,
    example,
    feeds(count) {
      const random = keyed(0, 'cost');
      const data = Float32Array.from({ length: count * size }, () => random.normal());
      return { images: { dtype: 'f32', shape: [count, ...example], data } };
    },
  };
}

/** A text as long as texts are cut at: most are shorter, and go through shorter networks. */
async function textToMeasure({ model, head, predictor }: NetworkFiles): Promise<MeasuredNetwork> {
  const { tensors, architecture, model: network } = await loadTextModel(model, 'The model');
  const whole = await withHead(tensors, head);
  const length = sequenceLength(network);
  const gives = predictor === 'features' ? 'features' : 'logits';
  const classes = gives === 'features' ? 0 : classesOfHead(whole);
  return {
    plan: textPlan(architecture, { gives, classes, length }),
    tensors: whole,
    example: [length],
    feeds(count) {
      const random = keyed(0, 'cost');
      const sequence = () => ({
        ids: Array.from({ length }, () => random.integer(network.vocabulary)),
        types: new Array<number>(length).fill(0),
        mask: new Array<number>(length).fill(1),
      });
      return tokenFeeds(Array.from({ length: count }, sequence));
    },
  };
}

async function withHead(
  tensors: ReadonlyMap<string, Tensor>,
  head: string | null,
): Promise<ReadonlyMap<string, Tensor>> {
  return head === null ? tensors : new Map([...tensors, ...(await readSafetensors(head)).tensors]);
}
