import { createHash } from 'node:crypto';
import type { Examined } from '@stockpot/engine/analysis/documents';
import type { PlanStep } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { versionsOf } from '../benchmarks/versions.js';
import type { Produced } from '../steps/types.js';
import { madeUpDocument } from './documents.js';

/**
 * @file What an engine could have answered, made up from the step and its key: right in shape, and the same each time. For
 * tests of what becomes of results, not of the results.
 */

export interface FakeResult {
  readonly artifacts: { output: string; hash: string; bytes: number; mediaType: string }[];
  readonly produced: Produced;
}

export interface Facts {
  /** Top-1 of a model, by the plan's name of its step, on a benchmark. Rounded to what the examples allow. */
  readonly top1?: (modelStep: string, benchmark: string) => number;
  /** What is recorded of a soup, by its name, where it is not what a uniform or greedy one is. */
  readonly soup?: (name: string) => SoupFacts | undefined;
  /** Hash of the protocol that a benchmark left, by the plan's name of its step; documents of analyses name it. */
  readonly protocol?: (benchmarkStep: string) => string;
}

export interface SoupFacts {
  readonly mixing: 'linear' | 'by tensor' | 'nominal';
  /** One a member of the pool. */
  readonly coefficients: readonly number[];
  /** What the stock counts; absent where the method starts from none. */
  readonly base?: number;
  readonly trace?: readonly Readonly<Record<string, unknown>>[];
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A number in [0, 1) that the text determines. */
export function hashed(text: string): number {
  return Number.parseInt(sha256(text).slice(0, 8), 16) / 2 ** 32;
}

const datasetParameters = z.object({
  splits: z.array(
    z.object({
      name: z.string(),
      role: z.enum(['train', 'selection', 'test', 'shift', 'unlabeled']),
      count: z.number().nullable(),
    }),
  ),
});
const benchmarkParameters = z.object({
  split: z.string(),
  subset: z.object({ count: z.number() }).nullable(),
  corruptions: z.string().nullable(),
  severities: z.array(z.number()).nullable(),
  measure: z.looseObject({ kind: z.string() }).optional(),
});
const CORRUPTIONS = ['fog', 'shear', 'zigzag'];

/** What is known of the benchmarks and splits of the plan when a step of it is answered. */
interface Plan {
  readonly steps: readonly PlanStep[];
}

export function fakeResult(plan: Plan, step: PlanStep, key: string, facts: Facts = {}): FakeResult {
  const outputs = isEnsemble(step) ? ['members'] : OUTPUTS[step.kind];
  return {
    artifacts: outputs.map((output) => ({
      output,
      hash: sha256(`${key} ${output}`),
      bytes: 1000 + Math.floor(hashed(key) * 1000),
      mediaType: output === 'checkpoint' || output === 'head' ? 'application/x-safetensors' : 'application/json',
    })),
    produced: fakeProduced(plan, step, facts),
  };
}

const OUTPUTS: Readonly<Record<PlanStep['kind'], readonly string[]>> = {
  dataset: ['manifest', 'examples'],
  benchmark: ['protocol'],
  pretrain: ['checkpoint'],
  import: ['checkpoint'],
  probe: ['head'],
  finetune: ['checkpoint'],
  align: ['checkpoint', 'permutation'],
  soup: ['checkpoint', 'certificate', 'trace'],
  batchnorm: ['checkpoint', 'certificate'],
  features: ['features'],
  evaluate: ['evaluation', 'correct', 'logits'],
  cost: ['networks'],
  analyse: ['document'],
};

function isEnsemble(step: PlanStep): boolean {
  return step.makes.type === 'model' && step.makes.model === 'ensemble';
}

function fakeProduced(plan: Plan, step: PlanStep, facts: Facts): Produced {
  const { makes } = step;
  switch (makes.type) {
    case 'head':
      return { type: 'none', summary: { finalLoss: 0.5 } };
    case 'features':
      return { type: 'none', summary: { n: 10, width: 16 } };
    case 'dataset': {
      const { splits } = datasetParameters.parse(step.parameters);
      return {
        type: 'dataset',
        summary: {
          contentHash: sha256(makes.name),
          classes: 10,
          image: [1, 28, 28],
          splits: splits.map(({ name, role, count }) => ({ name, role, n: count ?? 100, contentHash: sha256(name) })),
        },
      };
    }
    case 'benchmark': {
      const { corruptions, severities, measure } = benchmarkParameters.parse(step.parameters);
      return {
        type: 'benchmark',
        summary: {
          n: examplesOf(plan, step),
          corruptions: corruptions === null ? null : CORRUPTIONS,
          severities,
          headline: HEADLINES[measure?.kind ?? ''] ?? 'top1',
          protocolName: measure === undefined ? corruptions : `${measure.kind}-1`,
        },
      };
    }
    case 'model':
      return fakeModel(step, makes, facts);
    case 'evaluation':
      return fakeEvaluation(plan, makes, facts);
    case 'costs':
      return fakeCosts(makes.models);
    case 'analysis':
      return fakeAnalysis(plan, step, makes, facts);
  }
}

function fakeModel(step: PlanStep, makes: Extract<PlanStep['makes'], { type: 'model' }>, facts: Facts): Produced {
  const base = { type: 'model' as const, model: makes.model, name: makes.name };
  const untrained = makes.parents.map((stepId) => ({ stepId, coefficient: null }));
  const chosen = step.parameters.method === 'greedy-ensemble';
  if (makes.model !== 'soup' && !chosen) {
    // What is imported tells its architecture; of what is pre-trained the recipe told it.
    const imported = step.kind === 'import' ? { architecture: { family: 'vit', dim: 16 }, format: 'timm' } : {};
    const summary = makes.model === 'ensemble' ? {} : { parameters: 12_345, finalLoss: 0.1, ...imported };
    return { ...base, parents: untrained, summary };
  }
  const method = z.object({ method: z.string(), accept: z.string().optional() }).parse(step.parameters);
  const told = facts.soup?.(makes.name);
  if (told !== undefined) {
    const { mixing, coefficients, base: stock, trace = [] } = told;
    const counts = stock === undefined ? coefficients : [...coefficients, stock];
    const found = coefficients.flatMap((coefficient, index) => (coefficient === 0 ? [] : [{ index, coefficient }]));
    return {
      ...base,
      parents: makes.parents.map((stepId, index) => ({
        stepId,
        coefficient: mixing === 'nominal' ? null : (counts[index] ?? 0),
      })),
      summary: {
        ...{ method: method.method, mixing, coefficients: found, trace, rule: method.accept ?? null },
        ...(stock === undefined ? {} : { base: stock }),
        n: trace.length === 0 ? null : 40,
      },
    };
  }
  if (method.method === 'uniform' || method.method === 'batchnorm') {
    const share = 1 / makes.parents.length;
    const coefficients = makes.parents.map((_, index) => ({ index, coefficient: share }));
    const summary = { method: method.method, coefficients, trace: [], rule: null, n: null };
    return { ...base, parents: makes.parents.map((stepId) => ({ stepId, coefficient: share })), summary };
  }
  // Greedy, as if every candidate but the worst had been accepted.
  const scored = makes.parents
    .map((stepId, index) => ({ stepId, index, score: top1Of(facts, stepId, 'selection', 40) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const kept = scored.slice(0, Math.max(1, scored.length - 1));
  const share = 1 / kept.length;
  const best = scored[0]?.score ?? 0;
  return {
    ...base,
    parents: makes.parents.map((stepId) => ({
      stepId,
      coefficient: kept.some((one) => one.stepId === stepId) ? share : 0,
    })),
    summary: {
      method: method.method,
      coefficients: kept.map(({ index }) => ({ index, coefficient: share })),
      trace: scored.map(({ index }, round) => ({
        round,
        index,
        score: round < kept.length ? best : Math.max(0, best - 0.1),
        best,
        accepted: round < kept.length,
        members: Math.min(round + 1, kept.length),
      })),
      rule: method.accept ?? null,
      n: 40,
    },
  };
}

/** What stands for a model on a benchmark of each kind that asks for no answers: its headline. */
const HEADLINES: Readonly<Record<string, string>> = {
  'out-of-distribution': 'auroc:energy',
  retrieval: 'meanAveragePrecision',
};

function fakeEvaluation(plan: Plan, makes: Extract<PlanStep['makes'], { type: 'evaluation' }>, facts: Facts): Produced {
  const benchmark = plan.steps.find((step) => step.id === makes.benchmark);
  if (benchmark === undefined) throw new Error(`The plan has no step ${makes.benchmark}.`);
  const { severities, corruptions, measure } = benchmarkParameters.parse(benchmark.parameters);
  const n = examplesOf(plan, benchmark);
  const name = makes.benchmark.replace('benchmarks/', '');
  const headline = HEADLINES[measure?.kind ?? ''];
  if (headline !== undefined) {
    const value = top1Of(facts, makes.model, name, n);
    return {
      ...{ type: 'evaluation', modelStepId: makes.model, benchmarkStepId: makes.benchmark },
      summary: {
        ...{ n, top1: null, nll: null, ece: null, brier: null, cells: null, meanCorruptionError: null },
        further: { [headline]: value },
        ...{ forwardPasses: n, seconds: 0.5 },
      },
      correct: new Uint8Array(),
    };
  }
  const cellCount = corruptions === null ? 1 : CORRUPTIONS.length * (severities ?? []).length;
  const examples = n * cellCount;
  const right = Math.round(top1Of(facts, makes.model, name, n) * n) * cellCount;
  const top1 = right / examples;
  const cells =
    corruptions === null
      ? null
      : {
          corruption: CORRUPTIONS.flatMap((one) => (severities ?? []).map(() => one)),
          severity: CORRUPTIONS.flatMap(() => severities ?? []),
          n: Array.from({ length: cellCount }, () => n),
          top1: Array.from({ length: cellCount }, () => top1),
        };
  return {
    type: 'evaluation',
    modelStepId: makes.model,
    benchmarkStepId: makes.benchmark,
    summary: {
      n,
      top1,
      nll: 1 - top1,
      ece: 0.05,
      brier: 0.1,
      cells,
      meanCorruptionError: cells === null ? null : 1 - top1,
      further: { adaptiveEce: 0.06, macroF1: top1, ...(cells === null ? {} : { worstCell: top1 }) },
      forwardPasses: examples * (makes.model.startsWith('ensembles/') ? 3 : 1),
      seconds: 0.5,
    },
    correct: bitmap(examples, right),
  };
}

/** One network for all of them: 1.5 ms for an example, 40 ms for 64. */
function fakeCosts(models: readonly string[]): Produced {
  const time = { runs: 30, memoryBytes: 5000, othersBusy: 0.01 };
  const network = {
    ...{ models: models.map((_, place) => place), example: [1, 28, 28], parameters: 10_000, multiplyAdds: 200_000 },
    batches: [
      { batch: 1, medianMs: 1.5, lowMs: 1.25, highMs: 2, ...time },
      { batch: 64, medianMs: 40, lowMs: 39, highMs: 42, ...time },
    ],
  };
  const machine = { processor: 'Test 9000', processors: 4, device: 'cpu' as const, threads: 1 };
  return { type: 'costs', summary: { machine, networks: [network], seconds: 2 } };
}

const asked = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

function fakeAnalysis(
  plan: Plan,
  { parameters }: PlanStep,
  makes: Extract<PlanStep['makes'], { type: 'analysis' }>,
  facts: Facts,
): Produced {
  const models = asked.parse(parameters).models.map(({ name }) => name);
  const benchmark = plan.steps.find((step) => step.id === makes.benchmark);
  const document = madeUpDocument(makes.analysis, {
    models,
    examined: benchmark === undefined ? null : examinedOf(plan, benchmark, facts),
  });
  return {
    type: 'analysis',
    summary: { analysis: makes.analysis, name: makes.name, models },
    document: { ...document },
  };
}

function examinedOf(plan: Plan, benchmark: PlanStep, facts: Facts): Examined {
  const { split, corruptions, severities } = benchmarkParameters.parse(benchmark.parameters);
  const n = examplesOf(plan, benchmark);
  const rows = n * versionsOf({ corruptions: corruptions === null ? null : CORRUPTIONS, severities });
  const source = benchmark.makes.type === 'benchmark' ? benchmark.makes.split : split;
  return { source, role: roleOf(plan, split), n, rows, classes: 10, hash: facts.protocol?.(benchmark.id) ?? '' };
}

function roleOf(plan: Plan, split: string) {
  for (const step of plan.steps) {
    if (step.kind !== 'dataset') continue;
    const found = datasetParameters.parse(step.parameters).splits.find((one) => one.name === split);
    if (found !== undefined) return found.role;
  }
  return null;
}

/** `right` ones, then zeros. */
export function bitmap(examples: number, right: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(examples / 8));
  for (let i = 0; i < right; i++) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  return bytes;
}

function top1Of(facts: Facts, modelStep: string, benchmark: string, n: number): number {
  return facts.top1?.(modelStep, benchmark) ?? Math.round((0.6 + 0.35 * hashed(`${modelStep} ${benchmark}`)) * n) / n;
}

function examplesOf(plan: Plan, benchmark: PlanStep): number {
  const { split, subset } = benchmarkParameters.parse(benchmark.parameters);
  if (subset !== null) return subset.count;
  for (const step of plan.steps) {
    if (step.kind !== 'dataset') continue;
    const found = datasetParameters.parse(step.parameters).splits.find((one) => one.name === split);
    if (found !== undefined) return found.count ?? 100;
  }
  throw new Error(`No dataset of the plan has the split ${split}.`);
}
