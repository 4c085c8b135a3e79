import { createHash, randomBytes } from 'node:crypto';
import { type Context, type Produced, type Run, runs, type Step, steps, workers } from '@stockpot/domain';
import { madeUpDocument } from '@stockpot/domain/testing';
import { z } from 'zod';
import { recipeText } from './recipe.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A registered worker, as the verbs see one. */
export async function hireWorker(system: Context, executorId = 'test-worker'): Promise<Context> {
  const { workerId, epoch } = await workers.register({
    ctx: system,
    input: { executorId, hostname: 'test', device: { type: 'cpu' }, slots: 1 },
  });
  return { db: system.db, actor: { type: 'worker', workerId, epoch } };
}

/** Queues a run of the small recipe. */
export function submit(system: Context, lab: string, name = 'story', seed = 17, analyses = ''): Promise<Run> {
  return runs.submit({ ctx: system, input: { lab, recipeText: recipeText(name, seed, analyses) } });
}

/**
 * Plays the worker: completes every step of a run with results of the right shape. Nothing is trained; the numbers are
 * made up, but the verbs that store them are the real ones.
 */
export async function cook(system: Context, worker: Context, run: Run, only?: (step: Step) => boolean): Promise<void> {
  await runs.start({ ctx: worker, input: { runId: run.id } });
  const plan = await runs.steps({ ctx: system, input: { run: run.id } });
  for (const step of plan) if (!only || only(step)) await cookStep(worker, run, step);
  if (!only) await runs.finish({ ctx: worker, input: { runId: run.id } });
}

function keyOf(run: Run, stepId: string): string {
  return sha256(`${run.labId} ${run.seed} ${stepId}`);
}

export async function cookStep(worker: Context, run: Run, step: Step): Promise<void> {
  const place = { runId: run.id, stepId: step.stepId };
  const key = keyOf(run, step.stepId);
  await steps.begin({ ctx: worker, input: { ...place, key } });
  await steps.complete({
    ctx: worker,
    input: {
      ...place,
      key,
      reused: false,
      artifacts: outputsOf(step).map((output) => ({
        output,
        hash: sha256(`${key} ${output}`),
        bytes: 1024,
        mediaType: output === 'checkpoint' ? 'application/vnd.safetensors' : 'application/json',
      })),
      produced: produce(step, (other) => sha256(`${keyOf(run, other)} protocol`)),
    },
  });
}

const OUTPUTS: Readonly<Record<Step['kind'], readonly string[]>> = {
  dataset: ['manifest'],
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

const SPLITS = [
  { name: 'unlabeled', role: 'unlabeled', n: 400 },
  { name: 'train', role: 'train', n: 400 },
  { name: 'selection', role: 'selection', n: 200 },
  { name: 'test', role: 'test', n: 500 },
] as const;

/** Right answers of 500, by model; chosen so that no two are equal. */
const RIGHT: Readonly<Record<string, number>> = {
  stock: 300,
  'ft-00': 440,
  'ft-01': 430,
  uniform: 445,
  greedy: 452,
  'ft-ensemble': 455,
};

function outputsOf(step: Step): readonly string[] {
  return step.makes.type === 'model' && step.makes.model === 'ensemble' ? ['members'] : OUTPUTS[step.kind];
}

const asked = z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) });

/** Accuracies on the corruption benchmark, the same for every model. */
const GRID = {
  corruption: ['fog', 'fog', 'blur', 'blur'],
  severity: [1, 5, 1, 5],
  n: [20, 20, 20, 20],
  top1: [0.9, 0.5, 0.8, 0.4],
} as const;

/** `right` ones and `n - right` zeros, least significant bit first. */
function bitmap(n: number, right: number): Uint8Array<ArrayBuffer> {
  const bits = new Uint8Array(Math.ceil(n / 8));
  for (let i = 0; i < right; i += 1) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  return bits;
}

/** One network for all of them: 1.5 ms for an example, 40 ms for 64. */
function costs(models: readonly string[]): Extract<Produced, { type: 'costs' }>['summary'] {
  const time = { runs: 30, memoryBytes: 5000, othersBusy: 0.01 };
  const batches = [
    { batch: 1, medianMs: 1.5, lowMs: 1.25, highMs: 2, ...time },
    { batch: 64, medianMs: 40, lowMs: 39, highMs: 42, ...time },
  ];
  const places = models.map((_, place) => place);
  return {
    machine: { processor: 'Test 9000', processors: 4, device: 'cpu', threads: 1 },
    networks: [{ models: places, example: [1, 28, 28], parameters: 10_000, multiplyAdds: 200_000, batches }],
    seconds: 2,
  };
}

/** @param protocolOf hash of the protocol that a step of a benchmark left */
function produce(step: Step, protocolOf: (stepId: string) => string): Produced {
  const { makes } = step;
  switch (makes.type) {
    case 'costs':
      return { type: 'costs', summary: costs(makes.models) };
    case 'dataset':
      return {
        type: 'dataset',
        summary: {
          contentHash: sha256(makes.name),
          classes: 10,
          image: [1, 28, 28],
          splits: SPLITS.map((split) => ({ ...split, contentHash: sha256(split.name) })),
        },
      };
    case 'benchmark': {
      const grid = makes.name === 'corruptions';
      const n = grid ? 20 : (SPLITS.find(({ name }) => makes.split.endsWith(`/${name}`))?.n ?? 0);
      return {
        type: 'benchmark',
        summary: {
          n,
          protocol: sha256(makes.name),
          corruptions: grid ? ['fog', 'blur'] : null,
          severities: grid ? [1, 5] : null,
        },
      };
    }
    case 'analysis': {
      const models = asked.parse(step.parameters).models.map(({ name }) => name);
      const split = SPLITS.find(({ name }) => name === makes.benchmark?.replace('benchmarks/', ''));
      const examined =
        makes.benchmark === null || split === undefined
          ? null
          : {
              ...{ source: `digits/${split.name}`, role: split.role, n: split.n, rows: split.n, classes: 10 },
              hash: protocolOf(makes.benchmark),
            };
      const document = { ...madeUpDocument(makes.analysis, { models, examined }) };
      return { type: 'analysis', summary: {}, document };
    }
    case 'features':
    case 'head':
      return { type: 'none' };
    case 'model': {
      const { model, name } = makes;
      const mixed = model === 'soup' || model === 'ensemble';
      const share = 1 / makes.parents.length;
      const coefficients = makes.parents.map((_parent, index) => ({
        index,
        coefficient: name === 'greedy' ? (index === 0 ? 1 : 0) : share,
      }));
      const trace =
        name === 'greedy'
          ? [
              { round: 0, index: 0, score: 0.88, best: 0.88, accepted: true, members: 1 },
              { round: 1, index: 1, score: 0.87, best: 0.88, accepted: false, members: 1 },
            ]
          : [];
      return {
        type: 'model',
        model,
        name,
        parents: makes.parents.map((stepId, index) => ({
          stepId,
          coefficient: mixed ? (coefficients[index]?.coefficient ?? 0) : null,
        })),
        summary: mixed
          ? {
              method: name === 'greedy' ? 'greedy' : model === 'ensemble' ? 'logit-ensemble' : 'uniform',
              parameters: {},
              coefficients,
              trace,
              rule: name === 'greedy' ? '>=' : null,
              n: name === 'greedy' ? 200 : null,
            }
          : {
              architecture: { family: 'vit' },
              hyperparameters: { lr: 0.001 },
              parameters: 30_000,
              finalLoss: 0.5,
              steps: 6,
            },
      };
    }
    case 'evaluation': {
      const [, model = '', benchmark = ''] = step.stepId.split('/');
      const n = benchmark === 'corruptions' ? 20 : benchmark === 'selection' ? 200 : 500;
      const scored = benchmark === 'corruptions' ? n * 4 : n;
      const grid = benchmark === 'corruptions' ? GRID : null;
      const right = grid
        ? grid.top1.reduce((sum, top1, cell) => sum + top1 * (grid.n[cell] ?? 0), 0)
        : Math.round(((RIGHT[model] ?? 400) / 500) * n);
      return {
        type: 'evaluation',
        modelStepId: makes.model,
        benchmarkStepId: makes.benchmark,
        correct: bitmap(scored, right),
        summary: {
          n,
          top1: right / scored,
          nll: 0.4,
          ece: 0.03,
          brier: 0.2,
          cells: grid && {
            ...grid,
            corruption: [...grid.corruption],
            severity: [...grid.severity],
            n: [...grid.n],
            top1: [...grid.top1],
          },
          meanCorruptionError: grid ? 0.35 : null,
          forwardPasses: scored,
          seconds: 1.5,
        },
      };
    }
  }
}

/** A text nobody can guess, for looking where it turns up. */
export function canary(): string {
  return `canary-${randomBytes(12).toString('hex')}`;
}
