import { z } from 'zod';
import { bcaInterval, percentileInterval } from '../statistics/bootstrap.js';
import { incompleteBeta } from '../statistics/incomplete-beta.js';
import {
  benjaminiHochberg,
  clopperPearson,
  holm,
  type Interval,
  mcnemar,
  newcombeDifference,
  overSeeds,
  type PairedCounts,
  pairedT,
  pearson,
  spearman,
} from '../statistics/index.js';
import { normal } from '../statistics/normal.js';
import { readFixture } from '../testing/oracle.fixture.js';
import { type Pairs, paired, pairRow as row } from './pair-row.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const numbers = z.array(z.number());
const ends = z.tuple([z.number(), z.number()]);
const counts = z
  .tuple([z.int(), z.int(), z.int(), z.int()])
  .transform(([both, onlyFirst, onlySecond, neither]): PairedCounts => ({ both, onlyFirst, onlySecond, neither }));

const fixture = readFixture(new URL('../statistics/fixtures/significance.json', import.meta.url), {
  mcnemar: z.array(z.object({ counts, exact: z.number(), midP: z.number() })),
  newcombe: z.array(z.object({ counts, interval: ends })),
  clopperPearson: z.array(z.object({ right: z.int(), n: z.int(), level: z.number(), interval: ends })),
  adjusted: z.array(z.object({ p: numbers, holm: numbers, benjaminiHochberg: numbers })),
  bootstrap: z.array(
    z.object({ distribution: numbers, estimate: z.number(), jackknife: numbers, percentile: ends, bca: ends }),
  ),
  correlation: z.object({ x: numbers, y: numbers, pearson: z.number(), spearman: z.number() }),
  seeds: z.array(z.object({ values: numbers, mean: z.number(), sd: z.number(), interval: ends })),
  pairedT: z.array(z.object({ differences: numbers, p: z.number(), interval: ends })),
  normal: z.array(z.object({ x: z.number(), p: z.number() })),
  beta: z.array(z.object({ x: z.number(), a: z.number(), b: z.number(), p: z.number() })),
});

const SCIPY = 'scipy 1.17.1';
const STATSMODELS = 'statsmodels 0.15.0';

/** P-values, intervals and correlations beside scipy and statsmodels. */
export const significanceRows: readonly FidelityRow[] = [
  row('Exact McNemar test', 'p-value', STATSMODELS, 'relative', 1e-9, () =>
    fixture.mcnemar.map((one) => [mcnemar(one.counts), one.exact]),
  ),
  row('Mid-p McNemar test', 'p-value', SCIPY, 'relative', 1e-9, () =>
    fixture.mcnemar.map((one) => [mcnemar(one.counts, { midP: true }), one.midP]),
  ),
  row('Newcombe’s paired difference, method 10', '95 % interval', `the paper, with ${SCIPY}`, 'absolute', 1e-12, () =>
    fixture.newcombe.flatMap((one) => pairsOf(newcombeDifference(one.counts), one.interval)),
  ),
  row('Student’s paired test', 'p-value', SCIPY, 'relative', 1e-9, () =>
    fixture.pairedT.map((one) => [pairedT(one.differences).p, one.p]),
  ),
  row('Student’s paired difference', '95 % interval', SCIPY, 'absolute', 1e-12, () =>
    fixture.pairedT.flatMap((one) => pairsOf(pairedT(one.differences), one.interval)),
  ),
  row('Clopper–Pearson', '95 % and 99 % intervals', STATSMODELS, 'absolute', 1e-10, () =>
    fixture.clopperPearson.flatMap((one) => pairsOf(clopperPearson(one.right, one.n, one.level), one.interval)),
  ),
  row('Holm', 'adjusted p-values', STATSMODELS, 'absolute', 1e-14, () =>
    fixture.adjusted.flatMap((one) => paired(holm(one.p), one.holm)),
  ),
  row('Benjamini–Hochberg', 'adjusted p-values', STATSMODELS, 'absolute', 1e-14, () =>
    fixture.adjusted.flatMap((one) => paired(benjaminiHochberg(one.p), one.benjaminiHochberg)),
  ),
  row('Bootstrap, percentile', 'interval of given resamples', SCIPY, 'absolute', 1e-12, () =>
    fixture.bootstrap.flatMap((one) =>
      pairsOf(percentileInterval(Float64Array.from(one.distribution), 0.95), one.percentile),
    ),
  ),
  row('Bootstrap, BCa', 'interval of given resamples', SCIPY, 'absolute', 1e-12, () =>
    fixture.bootstrap.flatMap(({ distribution, estimate, jackknife, bca }) =>
      pairsOf(bcaInterval(Float64Array.from(distribution), estimate, Float64Array.from(jackknife), 0.95), bca),
    ),
  ),
  row('Pearson and Spearman, with ties', 'correlation', SCIPY, 'absolute', 1e-13, () => {
    const { x, y } = fixture.correlation;
    return [
      [pearson(x, y) ?? Number.NaN, fixture.correlation.pearson],
      [spearman(x, y) ?? Number.NaN, fixture.correlation.spearman],
    ];
  }),
  row('Mean over seeds', 'mean, deviation, t-interval', SCIPY, 'absolute', 1e-12, () =>
    fixture.seeds.flatMap((one) => {
      const found = overSeeds(one.values);
      const own: [number, number][] = [
        [found.mean, one.mean],
        [found.sd ?? Number.NaN, one.sd],
      ];
      return [...own, ...pairsOf(found.interval ?? { low: Number.NaN, high: Number.NaN }, one.interval)];
    }),
  ),
  row('Normal distribution', 'distribution function, tails too', SCIPY, 'relative', 1e-13, () =>
    fixture.normal.map(({ x, p }) => [normal(x), p]),
  ),
  row('Incomplete beta function', 'distribution function', SCIPY, 'relative', 1e-9, () =>
    fixture.beta.map(({ x, a, b, p }) => [incompleteBeta(x, a, b), p]),
  ),
];

function pairsOf({ low, high }: Interval, [expectedLow, expectedHigh]: readonly [number, number]): Pairs {
  return [
    [low, expectedLow],
    [high, expectedHigh],
  ];
}
