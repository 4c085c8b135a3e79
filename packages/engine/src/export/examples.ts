import type { CookedRun, ModelStep } from '../analysis/subject/cooked-run.js';
import type { Labels } from '../data/dataset.js';
import { type OpenFolderOptions, openFolder } from '../data/open-folder.js';
import type { TestImages, TestPlan } from '../data/test-images.js';
import { benchmarkExamples } from '../evaluation/examples.js';
import { readProtocol } from '../evaluation/protocol.js';
import { resolveSource } from '../process/sources.js';
import { ExportError } from './errors.js';

/** Labelled images that a model and its file are asked about, or that ranges are measured on. */
export interface ExportExamples extends AsyncDisposable {
  readonly labels: Labels;
  readonly classes: number;
  /** How often each distinct image is among them: the cells of a corruption grid, else 1. All of one version come together. */
  readonly versions: number;
  /** What they are, for a person: 'the split test of ./birds, 1,000 images'. */
  readonly words: string;
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages;
}

/** Of a folder of data, with no recipe. Throws as `openFolder` does. */
export async function examplesOfFolder(folder: string, options: OpenFolderOptions): Promise<ExportExamples> {
  const examples = await openFolder(folder, options);
  const { labels, dataset, split } = examples;
  return {
    labels,
    classes: dataset.classes,
    versions: 1,
    words: `${labels.length} images of the part '${split.name}' of ${folder}, content ${split.contentHash.slice(0, 12)}…`,
    images: (plan) => examples.images(plan),
    [Symbol.asyncDispose]: () => examples[Symbol.asyncDispose](),
  };
}

/**
 * Of a benchmark of a cooked recipe. Throws ExportError for one that is not answered by a class for each image, and
 * SourceNotFoundError when its data are no longer there.
 */
export async function examplesOfRun(run: CookedRun, benchmark: string): Promise<ExportExamples> {
  const step = run.benchmark(benchmark);
  const protocolPath = run.path(step, 'protocol');
  const evaluation = run.record.steps.find(
    ({ makes }) => makes.type === 'evaluation' && makes.benchmark === `benchmarks/${benchmark}`,
  );
  const data = evaluation?.inputs.dataset?.[0];
  const manifest = data === undefined ? undefined : run.path(run.step(data.step), data.output);
  if (protocolPath === undefined || manifest === undefined) {
    throw new ExportError(
      `Nothing was scored on the benchmark ${benchmark} of ${run.record.name}.`,
      'Cook the recipe with it in `report`, or name another one with --benchmark.',
    );
  }
  const protocol = await readProtocol(protocolPath);
  if (protocol.measure !== undefined || protocol.scoring !== undefined) {
    throw new ExportError(
      `The benchmark ${benchmark} is not one of plain answers, which a file could be held against.`,
      'Name another one with --benchmark.',
    );
  }
  const images = protocol.corruptions === null ? null : (run.path(step, 'images') ?? null);
  const resolve = (source: Parameters<typeof resolveSource>[0]) =>
    resolveSource(source, { base: run.record.base, confined: false });
  const examples = await benchmarkExamples(protocol, manifest, images, resolve);
  const cells = examples.rows / protocol.n;
  const labels =
    cells === 1
      ? examples.labels
      : Uint32Array.from({ length: examples.rows }, (_, row) => examples.labels[row % protocol.n] ?? 0);
  return {
    labels,
    classes: protocol.dataset.classes,
    versions: cells,
    words: `the benchmark ${benchmark} of the recipe ${run.record.name}: ${examples.rows} images, protocol ${(step.outputs.protocol ?? '').slice(0, 12)}…`,
    images: (plan) => examples.images(plan),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The checkpoint of a cooked model. Throws ExportError for one that has none of its own. */
export function checkpointOfRun(run: CookedRun, model: ModelStep): string {
  const { makes } = model;
  const path = run.path(model, 'checkpoint');
  if (path !== undefined) return path;
  throw new ExportError(
    `${makes.name} is ${makes.model === 'ensemble' ? 'an ensemble: several networks, and no checkpoint' : 'no checkpoint of its own'}.`,
    `Name another model of ${run.record.name}.`,
  );
}
