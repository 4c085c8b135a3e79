import { join } from 'node:path';
import { z } from 'zod';
import { FileArtifactStore } from '../../artifacts/file-store.js';
import type { ArtifactStore } from '../../artifacts/store.js';
import { decodeSafetensors } from '../../checkpoints/safetensors.js';
import type { OpenDatasetOptions } from '../../data/dataset.js';
import { type RunRecord, type RunStep, readRunRecord } from '../../process/run-record.js';
import { resolveSource } from '../../process/sources.js';
import { didYouMean } from '../../recipe/did-you-mean.js';
import { reportedTrial } from '../../soups/trace.js';
import { type AnalysisDocument, analysisDocuments } from '../documents/index.js';
import { AnalysisError } from '../errors.js';

export type ModelStep = RunStep & { readonly makes: Extract<RunStep['makes'], { type: 'model' }> };

export type AnalysisStep = RunStep & { readonly makes: Extract<RunStep['makes'], { type: 'analysis' }> };

/**
 * What is read of a soup step's summary: methods and versions differ in the rest. A trial may say more than is known here, and a
 * search of which a trial cannot be read is of another version: as if there had been none, it would be told wrong.
 */
const soupFacts = z.object({
  method: z.string(),
  parameters: z.record(z.string(), z.json()).catch({}),
  trace: z.array(z.object(reportedTrial.shape)).default([]),
  /** By which candidates were accepted; null for a method that does not choose. */
  rule: z.enum(['>=', '>']).nullable().catch(null),
  coefficients: z.array(z.object({ index: z.int().min(0), coefficient: z.number() })).catch([]),
});
export type SoupFacts = z.infer<typeof soupFacts>;

const trainingFacts = z.object({
  steps: z.number().min(0).optional().catch(undefined),
  hyperparameters: z.object({ lr: z.number().gt(0).optional().catch(undefined) }),
});

/** Weights of a run that may be mixed: those of a model, or a snapshot of its training. */
export interface PoolModel {
  /** Of the model, and of a snapshot 'ft-00/snapshot-2'. */
  readonly name: string;
  readonly step: ModelStep;
  /** Of its step. */
  readonly output: string;
}

const WHOLE = 'checkpoint';

/** A soup of a run. */
export interface CookedSoup {
  readonly name: string;
  readonly facts: SoupFacts;
  /** What was mixed. */
  readonly ingredients: readonly PoolModel[];
  /** Name of the benchmark that it was chosen on. */
  readonly benchmark: string | null;
}

const WHAT = { stock: 'the stock', ingredient: 'an ingredient', ensemble: 'an ensemble', soup: 'a soup' } as const;

/** What `stockpot cook` left of one recipe, by the names of its models and benchmarks. Nothing is written. */
export class CookedRun {
  /**
   * @param record of what was cooked, or of a part of it that is enough for a question
   * @param resolveSource the folder of a data source
   */
  constructor(
    readonly record: RunRecord,
    readonly store: ArtifactStore,
    readonly resolveSource: OpenDatasetOptions['resolveSource'],
  ) {}

  /** Throws RunRecordError for a folder that holds no cooked recipe, or several of which none was named. */
  static async open(root: string, recipe?: string): Promise<CookedRun> {
    const record = await readRunRecord(root, recipe);
    const store = await FileArtifactStore.open(join(root, 'blobs'));
    return new CookedRun(record, store, (source) => resolveSource(source, { base: record.base, confined: false }));
  }

  get models(): readonly ModelStep[] {
    return this.record.steps.filter((step): step is ModelStep => step.makes.type === 'model');
  }

  /** The one stock that all of these come from; undefined where there is none. */
  stockOf(models: readonly PoolModel[]): ModelStep | undefined {
    const made = new Map(this.models.map((step) => [step.id, step]));
    const known = new Map<string, string | undefined>();
    const origin = (id: string): string | undefined => {
      const step = made.get(id);
      if (step?.makes.model === 'stock') return id;
      if (!known.has(id)) {
        const parents = step?.makes.parents ?? [];
        // What was aligned lies where its reference does, its last parent.
        known.set(id, only(step?.kind === 'align' ? parents.slice(-1) : parents));
      }
      return known.get(id);
    };
    const only = (ids: readonly string[]) => {
      const [first, ...others] = new Set(ids.map(origin));
      return others.length === 0 ? first : undefined;
    };
    return made.get(only(models.map(({ step }) => step.id)) ?? '');
  }

  /** A model by its name. Throws AnalysisError naming those there are. */
  model(name: string): ModelStep {
    const found = this.models.find(({ makes, id }) => makes.name === name || id === name);
    if (found !== undefined) return found;
    this.#refuseUnfinished(({ makes, id }) => makes.type === 'model' && (makes.name === name || id === name));
    const known = this.models.map(({ makes }) => makes.name);
    throw new AnalysisError(
      `The recipe ${this.record.name} cooked no model '${name}'; it has ${known.join(', ')}.${didYouMean(name, known)}`,
      'Name one of these.',
    );
  }

  /** A model, or a snapshot of its training, by its name. Throws AnalysisError naming the models there are. */
  poolModel(name: string): PoolModel {
    const [, owner = '', output = ''] = /^(.+)\/([^/]+)$/.exec(name) ?? [];
    const step = this.models.find(({ makes }) => makes.name === owner);
    if (step?.outputs[output] !== undefined) return { name, step, output };
    const model = this.model(name);
    return { name: model.makes.name, step: model, output: WHOLE };
  }

  /** A soup by its name, with what it was made of and the benchmark that it was chosen on; null for one that does not choose. */
  soup(name: string): CookedSoup {
    const step = this.model(name);
    const found = step.makes.model === 'soup' ? this.#soupOf(step) : null;
    if (found !== null) return found;
    const soups = this.soups.map(({ makes }) => makes.name);
    throw new AnalysisError(
      `${name} is ${step.makes.model === 'soup' ? 'a soup of another version of Stockpot' : `no soup but ${WHAT[step.makes.model]}`}.`,
      soups.length === 0 ? 'Cook a recipe that makes a soup.' : `Name a soup: ${soups.join(', ')}.`,
    );
  }

  /** Soups of which it is known how they were made. */
  get knownSoups(): readonly { readonly step: ModelStep; readonly soup: CookedSoup }[] {
    return this.soups.flatMap((step) => {
      const soup = this.#soupOf(step);
      return soup === null ? [] : [{ step, soup }];
    });
  }

  #soupOf(step: ModelStep): CookedSoup | null {
    const facts = soupFacts.safeParse(step.summary);
    if (!facts.success) return null;
    const inputs = step.inputs.ingredients ?? [];
    return {
      name: step.makes.name,
      facts: facts.data,
      // Not its parents: among these may be the stock, from which some methods start.
      ingredients: inputs.map(({ step: id, output }) => {
        const made = this.model(id);
        const { name } = made.makes;
        return { name: output === WHOLE ? name : `${name}/${output}`, step: made, output };
      }),
      benchmark: step.inputs.benchmark?.[0]?.step.replace(/^benchmarks\//, '') ?? null,
    };
  }

  get soups(): readonly ModelStep[] {
    return this.models.filter(({ makes }) => makes.model === 'soup');
  }

  /** The evaluation of a model on a benchmark; undefined where there is none. */
  evaluation(model: ModelStep, benchmark: string): RunStep | undefined {
    return this.record.steps.find(
      ({ makes }) =>
        makes.type === 'evaluation' && makes.model === model.id && makes.benchmark === `benchmarks/${benchmark}`,
    );
  }

  /** The benchmark that an analysis is made on. Throws AnalysisError naming those there are. */
  benchmark(name: string): RunStep {
    const found = this.record.steps.find(({ makes }) => makes.type === 'benchmark' && makes.name === name);
    if (found !== undefined) return found;
    this.#refuseUnfinished(({ makes }) => makes.type === 'benchmark' && makes.name === name);
    const known = this.record.steps.flatMap(({ makes }) => (makes.type === 'benchmark' ? [makes.name] : []));
    throw new AnalysisError(
      `The recipe ${this.record.name} has no benchmark '${name}'; it has ${known.join(', ')}.${didYouMean(name, known)}`,
      'Name one of these with --benchmark.',
    );
  }

  /** A model or benchmark that the plan has, and that the cook has not come to. */
  #refuseUnfinished(meant: (step: NonNullable<RunRecord['unfinished']>[number]) => boolean): void {
    const step = this.record.unfinished?.find(meant);
    if (step === undefined) return;
    const why = step.error === null ? 'it was stopped before' : `it failed: ${step.error}`;
    throw new AnalysisError(
      `The cook of ${this.record.name} has not finished '${step.title}': ${why}${/[.!?]$/.test(why) ? '' : '.'}`,
      'Cook the recipe again: what is finished is reused.',
    );
  }

  /** What the `analyses` of the recipe found. */
  get analyses(): readonly AnalysisStep[] {
    return this.record.steps.filter((step): step is AnalysisStep => step.makes.type === 'analysis');
  }

  /** The document of an analysis of the recipe, by its name. Throws AnalysisError naming those there are. */
  async document(name: string): Promise<AnalysisDocument> {
    const found = this.analyses.find(({ makes }) => makes.name === name);
    if (found === undefined) {
      this.#refuseUnfinished(({ makes }) => makes.type === 'analysis' && makes.name === name);
      const known = this.analyses.map(({ makes }) => makes.name);
      throw new AnalysisError(
        `The recipe ${this.record.name} has no analysis '${name}'${known.length === 0 ? '' : `; it has ${known.join(', ')}`}.${didYouMean(name, known)}`,
        known.length === 0 ? 'Add `analyses` to it (docs/recipes.md), and cook it again.' : 'Name one of these.',
      );
    }
    const bytes = await this.store.read(found.outputs.document ?? '');
    const schema: z.ZodType<AnalysisDocument> = analysisDocuments[found.makes.analysis];
    return schema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  }

  step(id: string): RunStep {
    const found = this.record.steps.find((step) => step.id === id);
    if (found === undefined) throw new RangeError(`The record has no step ${id}.`);
    return found;
  }

  /** The file of a step's output; undefined where it made none. */
  path(step: RunStep, output: string): string | undefined {
    const hash = step.outputs[output];
    return hash === undefined ? undefined : this.store.path(hash);
  }

  /** Logits [rows, classes] of an evaluation, verified against their hash; undefined where none are stored. */
  async logits(evaluation: RunStep): Promise<Float32Array | undefined> {
    const hash = evaluation.outputs.logits;
    if (hash === undefined) return undefined;
    const data = decodeSafetensors(await this.store.read(hash), this.store.path(hash)).tensors.get('logits')?.data;
    return data instanceof Float32Array ? data : undefined;
  }

  /** Answers of what was evaluated: a model as it is, and no snapshot of it. */
  evaluated({ step, output }: PoolModel, benchmark: string): RunStep | undefined {
    return output === WHOLE ? this.evaluation(step, benchmark) : undefined;
  }

  /** Peak learning rates of fine-tuned models; null where one of them was not trained here. */
  learningRates(models: readonly PoolModel[]): number[] | null {
    return allOf(models, ({ summary }) => trainingFacts.safeParse(summary).data?.hyperparameters.lr);
  }

  /** Optimizer steps of fine-tuned models; null where one of them was not trained here, or is a snapshot of its way. */
  trainingSteps(models: readonly PoolModel[]): number[] | null {
    if (models.some(({ output }) => output !== WHOLE)) return null;
    return allOf(models, ({ summary }) => trainingFacts.safeParse(summary).data?.steps);
  }
}

function allOf(models: readonly PoolModel[], fact: (step: ModelStep) => number | undefined): number[] | null {
  const found = models.flatMap(({ step }) => fact(step) ?? []);
  return found.length === models.length ? found : null;
}
