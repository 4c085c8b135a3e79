import {
  type AnalysisDocument,
  type AnalysisName,
  analysisDocuments,
  type Examined,
} from '@stockpot/engine/analysis/documents';

/** @file Documents of every kind as an engine could have written them: right in shape, simple in their numbers. */

/** What a made-up document is about. */
export interface Subjects {
  readonly models: readonly string[];
  /** Null for analyses of weights alone. */
  readonly examined: Examined | null;
}

export function madeUpDocument(kind: AnalysisName, { models, examined }: Subjects): AnalysisDocument {
  return analysisDocuments[kind].parse({
    ...{ format: 'stockpot-analysis', version: 1, analysis: kind, models },
    ...(examined === null ? {} : { examined }),
    ...FIELDS[kind](models),
  });
}

const EVALUATIONS = { evaluations: { measured: 9, known: 2 } };
const height = (at: number) => ({ height: at, at: 0.5, interior: at, connected: at === 0 });
const square = (models: readonly string[], of: (i: number, j: number) => number | null) =>
  models.map((_, i) => models.map((__, j) => of(i, j)));
const pairs = (models: readonly string[]) =>
  models.flatMap((_, first) => models.slice(first + 1).map((__, offset) => ({ first, second: first + 1 + offset })));
const places = (models: readonly string[]) => models.map((_, place) => place);
const apart = (i: number, j: number) => Math.abs(i - j) / 8;
const BASELINE = { name: 'guessing', worth: 0.125 };

const geometry = (models: readonly string[]) => ({
  elements: 4096,
  norm: models.map(() => 2),
  distance: square(models, apart),
  cosine: square(models, (i, j) => 1 - apart(i, j)),
  fromStock: {
    elements: 4096,
    norm: 2,
    distance: places(models).map((place) => place / 4),
    relativeDistance: places(models).map((place) => place / 8),
    cosine: models.map(() => 0.5),
    angle: square(models, (i, j) => (i === j ? 0 : 1.5)),
  },
});

const FIELDS: Readonly<Record<AnalysisName, (models: readonly string[]) => object>> = {
  barrier: () => ({
    points: Array.from({ length: 11 }, (_, at) => {
      const bump = (at * (10 - at)) / 100;
      return {
        ...{ lambda: at / 10, loss: 0.5 + bump, error: (25 + 100 * bump) / 400 },
        ...{ lossExcess: bump, errorExcess: bump / 4 },
      };
    }),
    ...{ loss: height(0.25), error: height(0.0625) },
    ...EVALUATIONS,
  }),
  barriers: (models) => ({
    points: 11,
    pairs: pairs(models).map(({ first, second }) => ({
      ...{ first, second },
      ...{ loss: height(apart(first, second)), error: height(apart(first, second) / 8) },
    })),
    loss: square(models, apart),
    error: square(models, (i, j) => apart(i, j) / 8),
    order: places(models),
    merges: places(models)
      .slice(1)
      .map((place) => ({ left: places(models).slice(0, place), right: [place], height: place / 8 })),
    tolerance: 0.02,
    basins: places(models),
    ...EVALUATIONS,
  }),
  ternary: () => ({
    divisions: 3,
    points: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [1 / 3, 1 / 3, 1 / 3],
    ].map((at, place) => ({
      at,
      loss: 0.5 + place / 8,
      error: place / 8,
      lossExcess: place === 3 ? 0.25 : 0,
      errorExcess: 0,
    })),
    ...{ lowestLoss: 0, lowestError: 0 },
    ...EVALUATIONS,
  }),
  contribution: (models) => ({
    ...{ metric: 'accuracy', baseline: BASELINE, all: 0.75 },
    alone: models.map(() => 0.5),
    leaveOneOut: places(models).map((place) => (place - 1) / 16),
    shapley: {
      ...{ method: 'sampled', pairs: 10, seed: 0, level: 0.95 },
      values: models.map(() => ({
        ...{ value: 0.25, standardError: 0.0625 },
        interval: { low: 0.125, high: 0.375 },
      })),
    },
    ...EVALUATIONS,
  }),
  marginal: (models) => ({
    ...{ metric: 'accuracy', baseline: BASELINE, orders: 20, seed: 0, level: 0.95 },
    cost: { unit: 'ingredients', each: models.map(() => 1) },
    curve: places(models).map((place) => ({
      ...{ n: place + 1, worth: 0.5 + place / 16, worthInterval: { low: 0.25, high: 0.75 } },
      ...{
        gain: place === 0 ? 0.375 : 0.0625,
        gainInterval: { low: 0, high: 0.5 },
        cost: place + 1,
        gainPerCost: 0.0625,
      },
    })),
    ...EVALUATIONS,
  }),
  diversity: (models) => {
    const measures = {
      disagreement: 0.25,
      errorCorrelation: 0.5,
      doubleFault: 0.125,
      q: 0.75,
      kappa: 0.5,
      headroom: 0.125,
    };
    return {
      ...{ accuracy: models.map(() => 0.75), loss: models.map(() => 0.5) },
      pairs: pairs(models).map((pair) => ({
        ...{ ...pair, ...measures, churn: 0.375, cohenKappa: 0.5, cka: 0.875, angle: 1.5 },
        gain: { logLikelihood: 0.0625, spread: 0.25 },
      })),
      ...{ mean: measures, gain: { logLikelihood: 0.125, spread: 0.5 }, features: 1000 },
    };
  },
  weights: (models) => ({
    ...{ stock: 'base', all: geometry(models), tensors: null, missingInStock: ['head.weight'], notWeights: [] },
    layers: ['patch_embed', 'blocks.0', 'head'].map((name) => ({ name, ...geometry(models) })),
  }),
  'soup-versus-ensemble': () => ({
    ...{ alpha: 0.5, scale: 1.25, soupLoss: 0.75, ensembleLoss: 0.5, difference: 0.25 },
    ...{ approximation: 0.1875, curvature: -1, variance: 0.5 },
  }),
  compare: () => {
    const interval = { low: 0.5, high: 0.75 };
    return {
      ...{ level: 0.95, counts: { both: 100, onlyFirst: 20, onlySecond: 10, neither: 5 } },
      accuracy: [
        { value: 0.75, interval },
        { value: 0.625, interval },
      ],
      difference: { value: 0.125, interval: { low: 0.0625, high: 0.1875 }, p: 0.03125, test: 'mcnemar' },
      loss: null,
    };
  },
  why: (models) => ({
    ...{ soup: 'greedy', rule: '>=', scores: models.map(() => 0.75) },
    ...{ steps: STEPS, kept: 1, summary: 'Greedy kept one model.' },
    findings: [{ kind: 'ties', sentence: 'One candidate scored the same.', evidence: { ties: 1 } }],
    ...{ barriers: null, learningRates: null },
  }),
  'what-if': () => ({
    ...{ metric: 'accuracy', question: { method: 'greedy', accept: '>', order: 'random', seed: 7 }, answered: true },
    ...{ found: { members: [0], worth: 0.875 }, steps: STEPS, missing: null },
    recorded: { name: 'greedy', members: [0], worth: 0.875 },
    same: true,
    ...EVALUATIONS,
  }),
};

const STEPS = [
  {
    ...{ round: 0, candidate: 0, before: null, after: 0.875, verdict: 'started' },
    ...{ tie: false, members: 1, cacheHit: true },
  },
];
