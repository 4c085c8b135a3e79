/**
 * @file Four small models around one stock, a data set of real IDX files, and the steps that score and mix them. Used by tests
 * only.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { type TinyPart, tinyDataset } from '../data/idx-files.fixture.js';
import type { JsonObject } from '../json.js';
import { architectureSchema } from '../models/architecture.js';
import { initialise } from '../models/initialise.js';
import { encodeModel } from '../models/save-model.js';
import { visionModel } from '../models/vision-model.js';
import { keyed } from '../random/index.js';
import type { InputArtifact, StepContext, StepResult } from './definition.js';
import { stepDefinitions } from './index.js';

const SIDE = 12;
export const CLASSES = 3;
const architecture = architectureSchema.parse({
  family: 'vit',
  image: SIDE,
  channels: 1,
  patch: 4,
  dim: 16,
  depth: 1,
  heads: 2,
  mlp: 32,
});
const preprocessing = { mean: [0.3], std: [0.3] };

/** Noisy images of which an untrained network gets some right, so that scores differ and sometimes tie. */
export function noisy(n: number, seed: number): TinyPart {
  const random = keyed(seed, 'images');
  const labels = Array.from({ length: n }, () => random.integer(CLASSES));
  const images = labels.map((label) =>
    Uint8Array.from({ length: SIDE * SIDE }, (_, at) => (at % CLASSES === label ? 120 : 0) + random.integer(136)),
  );
  return { images, labels };
}

type Inputs = Readonly<Record<string, readonly InputArtifact[]>>;

export interface ScoredModels {
  /** In the order of the plan. */
  readonly models: readonly InputArtifact[];
  context(inputs: Inputs, signal?: StepContext['signal']): StepContext;
  output(result: StepResult, name: string): InputArtifact;
  /** The bytes of a blob. */
  read(hash: string): Promise<Uint8Array>;
  keep(bytes: Uint8Array): Promise<InputArtifact>;
  manifest(): InputArtifact;
  fixBenchmark(parameters: JsonObject): Promise<StepResult>;
  /** The parameters of a benchmark of a whole split as it is. */
  plain(split: string): JsonObject;
  evaluate(model: InputArtifact, benchmark: StepResult): Promise<StepResult>;
  greedy(benchmark: StepResult, evaluations: readonly StepResult[], accept?: string): Promise<StepResult>;
}

/** Made before the first test of a file, gone after its last. */
export function scoredModels(): ScoredModels {
  let data: Awaited<ReturnType<typeof tinyDataset>>;
  let store: FileArtifactStore;
  let dataset: StepResult;
  const models: InputArtifact[] = [];

  function context(
    inputs: Record<string, readonly InputArtifact[]>,
    signal = new AbortController().signal,
  ): StepContext {
    const reporter = { metric: () => undefined, progress: () => undefined };
    const scratch = join(data.folder, 'scratch');
    return { inputs, store, reporter, signal, scratch, threads: 1, device: 'cpu', resolveSource: () => data.folder };
  }

  function output(result: StepResult, name: string): InputArtifact {
    const hash = result.outputs[name]?.hash ?? '';
    return { hash, path: store.path(hash) };
  }

  async function keep(bytes: Uint8Array): Promise<InputArtifact> {
    const { hash } = await store.put(bytes, 'application/x-safetensors');
    return { hash, path: store.path(hash) };
  }

  const manifest = () => output(dataset, 'manifest');
  const fixBenchmark = (parameters: JsonObject) =>
    stepDefinitions.benchmark.execute(parameters, context({ dataset: [manifest()] }));
  const plain = (split: string): JsonObject => ({ split, subset: null, corruptions: null, severities: null });

  async function evaluate(model: InputArtifact, benchmark: StepResult): Promise<StepResult> {
    const images = benchmark.outputs.images === undefined ? {} : { images: [output(benchmark, 'images')] };
    const inputs = { model: [model], dataset: [manifest()], benchmark: [output(benchmark, 'protocol')], ...images };
    return stepDefinitions.evaluate.execute({ predictor: 'checkpoint' }, context(inputs));
  }

  async function greedy(benchmark: StepResult, evaluations: readonly StepResult[], accept = '>='): Promise<StepResult> {
    const inputs = {
      ingredients: models,
      dataset: [manifest()],
      benchmark: [output(benchmark, 'protocol')],
      evaluations: evaluations.map((evaluation) => output(evaluation, 'evaluation')),
    };
    return stepDefinitions.soup.execute({ method: 'greedy', accept }, context(inputs));
  }

  beforeAll(async () => {
    data = await tinyDataset(SIDE, { train: noisy(90, 1), test: noisy(40, 2) });
    await mkdir(join(data.folder, 'scratch'));
    store = await FileArtifactStore.open(join(data.folder, 'blobs'));
    dataset = await stepDefinitions.dataset.execute(
      {
        source: { path: data.folder },
        format: 'idx',
        seed: 3,
        splits: [
          { name: 'train', role: 'train', from: 'train', count: 30 },
          { name: 'selection', role: 'selection', from: 'train', count: null },
          { name: 'test', role: 'test', from: 'test', count: null },
        ],
      },
      context({}),
    );
    const model = visionModel(architecture);
    const table = [...model.parameters, ...model.head(CLASSES)];
    const stock = initialise(table, 1);
    for (let index = 0; index < 4; index++) {
      const tensors = new Map(
        [...stock].map(([name, { shape, data }]) => {
          const random = keyed(index, name);
          return [name, { shape, data: data.map((value) => value + 0.3 * random.normal()) }];
        }),
      );
      models.push(await keep(encodeModel(tensors, { architecture, preprocessing })));
    }
  });
  afterAll(async () => data[Symbol.asyncDispose]());

  return {
    ...{ models, context, output, keep, manifest, fixBenchmark, plain, evaluate, greedy },
    read: (hash) => store.read(hash),
  };
}
