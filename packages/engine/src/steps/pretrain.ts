import { trainingBatches } from '../data/batches.js';
import { openDataset } from '../data/dataset.js';
import { measurePreprocessing } from '../data/preprocessing.js';
import { architectureSchema } from '../models/architecture.js';
import { checkImages } from '../models/check-images.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { pretrainParameters } from '../recipe/parameters.js';
import { maeOptionsSchema } from '../ssl/mae.js';
import { sslMethods } from '../ssl/methods.js';
import { preTrainingTask, unlabelledBatches } from '../ssl/pre-training.js';
import { adamw } from '../training/optimizers/adamw.js';
import { warmupCosine } from '../training/schedules/cosine.js';
import { train } from '../training/train.js';
import { defineStep, inputOf } from './definition.js';
import { summarise, trainingEnvironment, trainingSummary } from './training-summary.js';

/** Pre-trains a model from its first values by a self-supervised loss; the checkpoint keeps the decoder too. */
export const pretrain = defineStep({
  kind: 'pretrain',
  parameters: pretrainParameters,
  summary: trainingSummary,
  async execute(parameters, context) {
    const { batch, epochs, lr, seed, warmup, weight_decay: weightDecay, mask, decoder } = parameters;
    const architecture = architectureSchema.parse(parameters.architecture);
    const model = visionModel(architecture);
    const { resolveSource, store } = context;
    const dataset = await openDataset(inputOf(context, 'dataset').path, { resolveSource, splits: [parameters.split] });
    checkImages(model, dataset);
    const split = dataset.split(parameters.split);
    const preprocessing = measurePreprocessing(split.images(), split.image);

    const method = sslMethods[parameters.algorithm];
    const loss = method.bind(architecture, maeOptionsSchema.parse({ mask, decoder }), batch);
    const task = preTrainingTask(model, loss, batch);
    const batches = trainingBatches({ split, batch, epochs, seed, augmentation: 'none', normalise: preprocessing });
    const result = await train(
      {
        task,
        initial: initialise(task.parameters, seed),
        // MAE's pre-training: a shorter memory of the squared gradients than torch's default.
        optimizer: adamw({ beta2: 0.95 }),
        weightDecay,
        schedule: warmupCosine({ peak: lr, steps: batches.steps, warmupSteps: Math.round(warmup * batches.steps) }),
        clip: null,
        batches: unlabelledBatches(batches, loss, { batch, image: split.image, seed }),
      },
      trainingEnvironment('pretrain', parameters, context),
    );
    const bytes = encodeModel(result.parameters, { architecture, preprocessing });
    const checkpoint = await store.put(bytes, 'application/x-safetensors');
    return { outputs: { checkpoint }, summary: summarise({ ...parameters, architecture }, result) };
  },
});
