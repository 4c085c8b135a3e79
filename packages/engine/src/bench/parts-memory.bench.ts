/**
 * @file Prints the time and the peak of resident memory of a process that takes two steps of MoCo v3 on ViT-Ti/16 at 224², batch 32,
 * the batch encoded in PARTS parts, on two threads: `node --conditions=stockpot-source --import tsx …/parts-memory.bench.ts PARTS`.
 */
import { initialise } from '../models/initialise.js';
import { visionModel } from '../models/vision-model.js';
import { vitArchitectureSchema } from '../models/vit/architecture.js';
import { mocov3 } from '../ssl/mocov3.js';
import { preTrainingTask } from '../ssl/pre-training.js';
import { adamw } from '../training/optimizers/adamw.js';
import { train } from '../training/train.js';
import { noise, SIZES } from './vision-step.bench.js';

const BATCH = 32;
const parts = Number(process.argv[2] ?? 1);
const { dim, heads } = SIZES.ti;
const shape = { family: 'vit', image: 224, channels: 3, patch: 16, dim, depth: 12, heads, mlp: 4 * dim };
const architecture = vitArchitectureSchema.parse(shape);
const options = { variant: 'official', hidden: 512, width: 128 };
const loss = mocov3.bind(architecture, options, { batch: BATCH, seed: 1 });
const task = preTrainingTask(visionModel(architecture), loss, BATCH, { parts });
const feeds = Object.fromEntries(loss.views.map(({ name, size }) => [name, noise([BATCH, 3, size, size])]));
const losses: number[] = [];
const { imagesPerSecond } = await train(
  {
    ...{ task, initial: initialise(task.parameters, 1), optimizer: adamw(), weightDecay: 0.05, clip: null },
    schedule: { steps: 2, at: () => 1e-4 },
    batches: { batchSize: BATCH, at: () => feeds },
  },
  {
    ...{ threads: 2, device: 'cpu', signal: new AbortController().signal, checkpoints: null },
    reporter: {
      metric: (series, _, value) => {
        if (series === 'loss') losses.push(value);
      },
      progress: () => undefined,
    },
  },
);
const peak = process.resourceUsage().maxRSS / 1024;
console.log(
  `${parts} parts: losses ${losses.join(', ')}; ${imagesPerSecond.toFixed(2)} images/s; ${peak.toFixed(0)} MiB at the peak`,
);
