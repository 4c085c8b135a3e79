/**
 * @file How fast training images are made on this machine, and whether a training waits for them: `npm run bench:data`. The
 * photographs are synthetic JPEGs of about 500 × 400 pixels, the model is ViT-Ti/16 at 224². Everything is of one run, on a
 * machine that does nothing else if the figures are to mean much.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { vit } from '../bench/vision-step.bench.js';
import { initialise } from '../models/initialise.js';
import { keyed } from '../random/index.js';
import { AUGMENTATIONS } from '../recipe/augmentation.js';
import { fineTuningTask, imageBatches, labelledBatches } from '../training/fine-tuning.js';
import { adamw } from '../training/optimizers/adamw.js';
import { warmupCosine } from '../training/schedules/cosine.js';
import { train } from '../training/train.js';
import type { BatchPlan } from './batches.js';
import { openDataset } from './dataset.js';
import { dataFolder } from './dataset-folder.fixture.js';
import { decodeImage } from './decoding/decode-image.js';
import { tinyDataset, tinyParameters } from './idx-files.fixture.js';
import { loadBatches } from './loader/index.js';
import { photographs } from './photographs.fixture.js';
import type { RawImage } from './raw-image.js';
import { registerDataset } from './register.js';
import { viewMaker } from './views.js';

const IMAGE = [3, 224, 224] as const;
const NORMALISE = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const BATCH = 16;
const THREADS = [0, 1, 2, 4];
const STEPS = 10;
const CORES = availableParallelism();

const files = await photographs('train', { classes: 4, each: 16, sides: [350, 500] });
await using folder = await dataFolder(files);
const manifest = await folder.register('image-folder', [{ name: 'train', role: 'train', from: 'train', count: null }]);
const dataset = await folder.open(manifest);
const root = await mkdtemp(join(tmpdir(), 'stockpot bench data '));
const place = { split: 'train', manifest: join(root, 'manifest.json'), folder: folder.path };
await writeFile(place.manifest, JSON.stringify(manifest));
try {
  console.log(`${CORES} cores, Node ${process.version}, batches of ${BATCH} at 224²`);
  await pipelines();
  await loader();
  await trainings();
  await digits();
} finally {
  await rm(root, { recursive: true, force: true });
}

/** One thread, the photographs decoded beforehand; and the decoding alone. */
async function pipelines(): Promise<void> {
  const images: RawImage[] = [];
  const encoded = Object.values(files);
  const decoding = { channels: 3, orientation: 'stored' } as const;
  const seconds = await timed(async () => {
    for (const [index, bytes] of encoded.entries()) images.push(await decodeImage(bytes, decoding, String(index)));
  });
  line('decoding alone', encoded.length / seconds);
  for (const augmentation of [...AUGMENTATIONS, 'rand-m9-mstd0.5-inc1']) {
    const make = viewMaker({ augmentation, image: IMAGE, normalise: NORMALISE });
    const target = new Float32Array(3 * 224 * 224);
    const all = () => {
      for (const [index, image] of images.entries()) make(image, keyed(1, index, augmentation), target);
    };
    all();
    line(`1 thread, decoded: ${augmentation}`, images.length / (await timed(all)));
  }
}

/** Decoding and augmenting, without a model. */
async function loader(): Promise<void> {
  for (const augmentation of ['crop-flip', 'rand-m9-mstd0.5-inc1']) {
    for (const threads of THREADS) {
      await using batches = loadBatches({ plan: plan(augmentation), dataset, ...place, threads });
      // The threads are there and warm.
      await batches.batch(0);
      const seconds = await timed(async () => {
        for (let step = 1; step <= STEPS; step++) await batches.batch(step);
      });
      line(`loader, ${threads} threads, from JPEG: ${augmentation}`, (STEPS * BATCH) / seconds);
    }
  }
}

/** The same training from batches that are made when they are asked for, and from a thread. */
async function trainings(): Promise<void> {
  const model = vit('ti');
  const task = fineTuningTask(model, 4, BATCH);
  for (const threads of [0, 1]) {
    await using batches = loadBatches({ plan: plan('rand-m9-mstd0.5-inc1'), dataset, ...place, threads });
    const waits: number[] = [];
    const { imagesPerSecond } = await train(
      {
        ...{ task, initial: initialise(task.parameters, 1), optimizer: adamw(), weightDecay: 0.05, clip: 1 },
        schedule: warmupCosine({ peak: 1e-4, steps: 2 * STEPS, warmupSteps: 0 }),
        batches: labelledBatches(imageBatches(batches, { batch: BATCH, image: IMAGE }), {
          ...{ batch: BATCH, classes: 4, labelSmoothing: 0 },
        }),
      },
      {
        ...{ threads: Math.min(2, CORES), device: 'cpu', signal: new AbortController().signal, checkpoints: null },
        reporter: {
          metric: (series, _, value) => {
            if (series === 'data_wait') waits.push(value);
          },
          progress: () => undefined,
        },
      },
    );
    // The first lap has the threads' start in it.
    const wait = waits.at(-1) ?? Number.NaN;
    console.log(
      `ViT-Ti/16, RandAugment from JPEG, ${threads} threads of data: ${imagesPerSecond.toFixed(1)} images/s, ${(100 * wait).toFixed(1)} % of the time waiting for data`,
    );
  }
}

/** Why digits in memory have no thread of their own. */
async function digits(): Promise<void> {
  const random = keyed(1, 'pixels');
  const part = (n: number) => ({
    images: Array.from({ length: n }, () => Uint8Array.from({ length: 784 }, () => random.integer(256))),
    labels: Array.from({ length: n }, (_, index) => index % 10),
  });
  await using data = await tinyDataset(28, { train: part(5000), test: part(10) });
  const splits = [{ name: 'train', role: 'train', from: 'train', count: null } as const];
  const registered = await registerDataset(tinyParameters(data.folder, splits), data.folder);
  const path = join(root, 'digits.json');
  await writeFile(path, JSON.stringify(registered.manifest));
  const opened = await openDataset(path, { resolveSource: () => data.folder });
  const digitPlan: BatchPlan = {
    ...{ ...plan('affine'), batch: 100, epochs: 2 },
    image: [1, 28, 28],
    normalise: { mean: [0.1], std: [0.3] },
  };
  for (const threads of [0, 1]) {
    const begun = performance.now();
    await using batches = loadBatches({
      ...{ plan: digitPlan, dataset: opened, split: 'train', manifest: path, folder: data.folder, threads },
    });
    await batches.batch(0);
    const first = performance.now() - begun;
    const seconds = await timed(async () => {
      for (let step = 1; step < batches.steps; step++) await batches.batch(step);
    });
    const rate = ((batches.steps - 1) * 100) / seconds;
    line(`28² digits in memory, affine, ${threads} threads (first batch after ${first.toFixed(0)} ms)`, rate);
  }
}

function plan(augmentation: string): BatchPlan {
  return { batch: BATCH, epochs: 1000, seed: 1, augmentation, normalise: NORMALISE, image: IMAGE };
}

async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

function line(name: string, rate: number): void {
  console.log(`${name}  ${rate.toFixed(rate < 100 ? 1 : 0)} images/s`);
}
