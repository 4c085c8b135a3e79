/** @file The fine-tuning of a BERT that transformers ran for `text-curve.json`, as a `Training`. Used by tests only. */
import { z } from 'zod';
import { namedTensors } from '../models/load-model.js';
import { importHuggingFaceBert } from '../models/text/huggingface-bert.js';
import { bertCases, foreignText } from '../models/text/miniatures.fixture.js';
import { textModel } from '../models/text/text-model.js';
import { packedTensors, readFixture } from '../testing/oracle.fixture.js';
import { smoothedTargets } from './cross-entropy.js';
import { classificationTask } from './fine-tuning.js';
import { layerDecay } from './layer-decay.js';
import { microBatches } from './micro-batches.js';
import { adamw } from './optimizers/adamw.js';
import { warmupCosine } from './schedules/cosine.js';
import { textTrainee, tokenFeeds } from './text-classification.js';
import type { Training } from './train.js';

const rows = z.array(z.array(z.int()));
const { curve } = readFixture(new URL('./fixtures/text-curve.json', import.meta.url), {
  curve: z.object({
    ...{ steps: z.int(), warmup: z.int(), peak: z.number(), batch: z.int(), parts: z.int(), clip: z.number() },
    ...{ labelSmoothing: z.number(), weightDecay: z.number(), layerDecay: z.number() },
    ...{ ids: rows, types: rows, mask: rows, labels: z.array(z.int()) },
    losses: z.array(z.number()),
    gradientNorms: z.array(z.number()),
    final: packedTensors,
  }),
});

const [miniature] = bertCases;
if (miniature === undefined) throw new Error('bert.json holds no case.');
const { architecture, tensors } = await importHuggingFaceBert(foreignText(miniature));
const model = textModel(architecture);
const classes = 3;
const task = classificationTask(textTrainee(model, curve.ids[0]?.length ?? 0), classes, curve.batch / curve.parts);

/** The oracle's training, each batch in as many parts as the oracle's. */
export const textTraining: Training = {
  task,
  initial: namedTensors(tensors, task.parameters),
  optimizer: adamw(),
  weightDecay: curve.weightDecay,
  schedule: warmupCosine({ peak: curve.peak, steps: curve.steps, warmupSteps: curve.warmup }),
  clip: curve.clip,
  lrScale: layerDecay(model.layers, curve.layerDecay),
  accumulate: curve.parts,
  batches: microBatches(
    {
      batchSize: curve.batch,
      at: (step) => {
        const chosen = curve.ids.map((_, at) => at).filter((at) => Math.floor(at / curve.batch) === step % 3);
        const sequences = chosen.map((at) => ({
          ids: curve.ids[at] ?? [],
          types: curve.types[at] ?? [],
          mask: curve.mask[at] ?? [],
        }));
        const labels = chosen.map((at) => curve.labels[at] ?? 0);
        const data = smoothedTargets(labels, classes, curve.labelSmoothing);
        return { ...tokenFeeds(sequences), targets: { dtype: 'f32', shape: [curve.batch, classes], data } };
      },
    },
    task.inputs,
    curve.parts,
  ),
};

const houseName = (name: string) => name.replace(/^bert\./, '').replace(/^classifier\./, 'head.');

/** What came out of it, under the house names. */
export const textOracle = {
  losses: curve.losses,
  gradientNorms: curve.gradientNorms,
  final: new Map([...curve.final].map(([name, tensor]) => [houseName(name), tensor])),
};
