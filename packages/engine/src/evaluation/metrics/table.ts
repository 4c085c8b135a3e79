/**
 * @file Every number that an evaluation may hold, in the order in which they are shown. The one place that says what a number is
 * called, what it counts in and whether more is better: documents, the database, the API, the pages and docs/numbers.md read it
 * here. It needs no file and no network, so a server and a browser may import it.
 */
import { furtherMetrics } from './further.js';
import { metrics } from './index.js';
import type { Metric, MetricRow } from './metric.js';

/** What predictions determine; a benchmark's protocol names those that it asks for. */
export const answerMetrics = {
  top1: metrics.top1,
  top5: furtherMetrics.top5,
  nll: metrics.nll,
  ece: metrics.ece,
  adaptiveEce: furtherMetrics.adaptiveEce,
  brier: metrics.brier,
  f1: furtherMetrics.f1,
  macroF1: furtherMetrics.macroF1,
  matthews: furtherMetrics.matthews,
  spearman: furtherMetrics.spearman,
} satisfies Readonly<Record<string, Metric<number | null>>>;

const share = { unit: 'share', range: [0, 1] } as const;
const higher = { ...share, better: 'higher' } as const;
const lower = { ...share, better: 'lower' } as const;
const ofReference = { unit: 'percent', better: 'lower' } as const;
const HENDRYCKS = 'Hendrycks and Dietterich 2019, section 4';

const table = {
  ...answerMetrics,
  temperature: {
    title: 'temperature',
    unit: 'number',
    range: [0.01, 100],
    better: null,
    definition:
      "The T in 0.01 … 100 that minimises the NLL of logits / T on a split with the role selection (Guo et al. 2017): fitted where this is one, else the one of the same model's evaluation there.",
  },
  nllScaled: {
    title: 'NLL, scaled',
    unit: 'nats',
    range: [0, null],
    better: 'lower',
    definition: 'NLL of logits / T, the temperature fitted on the selection split.',
  },
  eceScaled: {
    title: 'ECE, scaled',
    ...lower,
    definition: 'ECE of logits / T, the temperature fitted on the selection split.',
  },
  brierScaled: {
    title: 'Brier, scaled',
    unit: 'number',
    range: [0, 2],
    better: 'lower',
    definition: 'Brier score of logits / T, the temperature fitted on the selection split.',
  },
  meanCorruptionError: {
    title: 'mean error',
    ...lower,
    definition:
      'Mean over corruptions of the mean over severities of 1 − top-1. No reference model normalises it: it is not the mCE of ImageNet-C.',
  },
  worstCell: {
    title: 'worst cell',
    ...higher,
    definition: 'The lowest top-1 of one corruption at one severity; the first of equal ones.',
  },
  mce: {
    title: 'mCE',
    ...ofReference,
    range: [0, null],
    definition: `Mean CE over exactly the corruptions and severities of the declared reference (${HENDRYCKS}): 100 is as robust as it.`,
  },
  relativeMce: {
    title: 'relative mCE',
    ...ofReference,
    range: [null, null],
    definition: `Mean relative CE over the corruptions of the declared reference (${HENDRYCKS}).`,
  },
  ce: {
    title: 'CE',
    ...ofReference,
    range: [0, null],
    per: 'corruption',
    definition: `100 · the error summed over severities / the declared reference's, of one corruption (${HENDRYCKS}).`,
  },
  relativeCe: {
    title: 'relative CE',
    ...ofReference,
    range: [null, null],
    per: 'corruption',
    definition: `100 · what a corruption adds to the clean error, summed over severities / what it adds to the declared reference's (${HENDRYCKS}).`,
  },
  auroc: {
    title: 'AUROC',
    ...higher,
    per: 'familiarity score',
    definition:
      'Of known against other images by a score of how familiar they look: the chance that a known one scores higher, a tie counting half (Hendrycks and Gimpel 2017; energy: Liu et al. 2020).',
  },
  fpr95: {
    title: 'FPR at 95 %',
    ...lower,
    per: 'familiarity score',
    definition:
      'Share of the other images at or above the highest threshold of the score that keeps 95 % of the known ones.',
  },
  adversarialAccuracy: {
    title: 'adversarial top-1',
    ...higher,
    counted: true,
    definition:
      "Share of images that are answered rightly before and after the protocol's attack: an upper bound of robustness, for a stronger attack may exist (Goodfellow et al. 2015, Madry et al. 2018).",
  },
  unattackedAccuracy: {
    title: 'unattacked top-1',
    ...higher,
    definition: 'Share of the same images that are answered rightly before the attack.',
  },
  vanishedGradients: {
    title: 'vanished gradients',
    ...lower,
    definition:
      'Share of images whose gradient was zero in every pixel where an attack began: it had nothing to follow, and says nothing about them (Athalye et al. 2018).',
  },
  knn: {
    title: 'kNN',
    ...higher,
    counted: true,
    per: 'neighbours',
    definition:
      'Share of images whose label wins the vote of the nearest images of the bank by cosine, each weighing exp(cosine / T) (Caron et al. 2021).',
  },
  linearProbe: {
    title: 'linear probe',
    ...higher,
    counted: true,
    definition: 'Top-1 of multinomial logistic regression on frozen features, fitted to its optimum.',
  },
  fewShot: {
    title: 'few-shot',
    ...higher,
    per: 'images a class',
    definition: 'Top-1 of the linear probe on a few images a class, the mean over draws.',
  },
  fewShotLow: {
    title: 'few-shot, low',
    ...higher,
    per: 'images a class',
    definition: "Lower end of the 95 % interval of the mean over draws, by Student's t; at least 0.",
  },
  fewShotHigh: {
    title: 'few-shot, high',
    ...higher,
    per: 'images a class',
    definition: "Upper end of the 95 % interval of the mean over draws, by Student's t; at most 1.",
  },
  fewShotDraws: {
    title: 'few-shot, draws',
    unit: 'number',
    range: [1, null],
    better: null,
    per: 'images a class',
    definition: 'Draws of the images that the mean is taken over.',
  },
  meanAveragePrecision: {
    title: 'mAP',
    ...higher,
    definition:
      "Mean over queries of the mean precision at the places of all images with the query's label, ranked by cosine; queries with nothing to find are left out.",
  },
  recallAt: {
    title: 'R',
    ...higher,
    per: 'nearest images',
    definition: 'Share of queries with an image of their label among the k nearest (Musgrave et al. 2020).',
  },
  queriesLeftOut: {
    title: 'queries left out',
    unit: 'number',
    range: [0, null],
    better: null,
    definition: 'Queries with no image of their label to find: mAP and R@k are over the others.',
  },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type TableName = keyof typeof table;

/** The rows by name. A new number is one row here; `further` of an evaluation accepts no other. */
export const metricTable: { readonly [Name in TableName]: MetricRow } = table;

/** A name as evaluations hold it: 'mce', or 'ce:fog' of a row that has one number per something. */
export interface NamedMetric extends MetricRow {
  readonly name: string;
  /** The row's, with what stands behind the colon: 'CE, fog'. */
  readonly title: string;
}

/** What a name of an evaluation means; undefined for one that no row explains. */
export function metricNamed(name: string): NamedMetric | undefined {
  const colon = name.indexOf(':');
  const base = colon < 0 ? name : name.slice(0, colon);
  const detail = colon < 0 ? '' : name.slice(colon + 1);
  if (!Object.hasOwn(metricTable, base)) return undefined;
  const row = metricTable[base as TableName];
  if ((row.per === undefined) !== (detail === '')) return undefined;
  return { ...row, name, title: detail === '' ? row.title : `${row.title}, ${detail}` };
}

/** Whether a value can be what the name says: a finite number in the row's range. */
export function isMetricValue(name: string, value: number): boolean {
  const row = metricNamed(name);
  if (row === undefined || !Number.isFinite(value)) return false;
  const [low, high] = row.range;
  return (low === null || value >= low) && (high === null || value <= high);
}

/** The definitions of rows, for a protocol document: it names exactly the numbers that its evaluations state. */
export function metricDefinitions(names: readonly TableName[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, metricTable[name].definition]));
}

const places = new Map(Object.keys(metricTable).map((name, place) => [name, place]));
const byNumber = new Intl.Collator('en', { numeric: true });

/** Names in the order of the table; those of one row by what stands behind the colon. */
export function inTableOrder(names: readonly string[]): string[] {
  const place = (name: string) => places.get(name.split(':')[0] ?? '') ?? -1;
  return [...names].sort((a, b) => place(a) - place(b) || byNumber.compare(a, b));
}
