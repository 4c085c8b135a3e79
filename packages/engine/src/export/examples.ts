import type { CookedRun, ModelStep } from '../analysis/subject/cooked-run.js';
import { holdsText, type Labels, type TextSplit } from '../data/dataset.js';
import { type OpenFolderOptions, openFolder } from '../data/open-folder.js';
import type { TestImages, TestPlan } from '../data/test-images.js';
import { benchmarkExamples, readTexts } from '../evaluation/examples.js';
import { readProtocol } from '../evaluation/protocol.js';
import { resolveSource } from '../process/sources.js';
import { ExportError } from './errors.js';

/** Labelled examples that a model and its file are asked about, or that ranges are measured on. */
interface Examples extends AsyncDisposable {
  readonly labels: Labels;
  readonly classes: number;
  /** Names of the classes by number; null where the data have none, or the model is of the same recipe. */
  readonly classNames: readonly string[] | null;
  /** How often each distinct one is among them: the cells of a corruption grid, else 1. All of one version come together. */
  readonly versions: number;
  /** What they are, for a person: 'the split test of ./birds, 1,000 images'. */
  readonly words: string;
}

export interface ImageExamples extends Examples {
  readonly kind: 'images';
  images(plan: Pick<TestPlan, 'image' | 'normalise'>): TestImages;
}

export interface TextExamples extends Examples {
  readonly kind: 'texts';
  readonly texts: TextSplit;
  /** Positions in the split, in the order of the labels. */
  readonly positions: readonly number[];
}

export type ExportExamples = ImageExamples | TextExamples;

/** Of a folder of data, with no recipe. Throws as `openFolder` does. */
export async function examplesOfFolder(folder: string, options: OpenFolderOptions): Promise<ExportExamples> {
  const examples = await openFolder(folder, options);
  const { labels, dataset, split, kind } = examples;
  const common = {
    labels,
    classes: dataset.classes,
    classNames: dataset.classNames,
    versions: 1,
    words: `${labels.length} ${kind} of the part '${split.name}' of ${folder}, content ${split.contentHash.slice(0, 12)}…`,
    [Symbol.asyncDispose]: () => examples[Symbol.asyncDispose](),
  };
  if (examples.kind === 'images') return { ...common, kind: 'images', images: (plan) => examples.images(plan) };
  const positions = Array.from({ length: labels.length }, (_, position) => position);
  return { ...common, kind: 'texts', texts: examples.split, positions };
}

/**
 * Of a benchmark of a cooked recipe. Throws ExportError for one that is not answered by a class for each example, and
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
  const words = (rows: number, many: string) =>
    `the benchmark ${benchmark} of the recipe ${run.record.name}: ${rows} ${many}, protocol ${(step.outputs.protocol ?? '').slice(0, 12)}…`;
  const { classes } = protocol.dataset;
  const release = async () => undefined;
  if (await holdsText(manifest)) {
    const { labels, split } = await readTexts(protocol, manifest, resolve);
    return {
      ...{ kind: 'texts', labels, classes, classNames: null, versions: 1, words: words(labels.length, 'texts') },
      ...{ texts: split, positions: protocol.positions, [Symbol.asyncDispose]: release },
    };
  }
  const examples = await benchmarkExamples(protocol, manifest, images, resolve);
  const cells = examples.rows / protocol.n;
  const labels =
    cells === 1
      ? examples.labels
      : Uint32Array.from({ length: examples.rows }, (_, row) => examples.labels[row % protocol.n] ?? 0);
  return {
    ...{ kind: 'images', labels, classes, classNames: null, versions: cells, words: words(examples.rows, 'images') },
    images: (plan) => examples.images(plan),
    [Symbol.asyncDispose]: release,
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
