/** @file Analyses beside NumPy's and scipy's (`test/oracles/engine/analysis.py`): the largest difference of each. Used by tests only. */
import { z } from 'zod';
import { packBits } from '../evaluation/bitmap.js';
import { pairedCounts } from '../statistics/index.js';
import { readFixture } from '../testing/oracle.fixture.js';
import {
  averageLinkage,
  cohenKappa,
  detectableDifference,
  GeometrySums,
  geometryOf,
  linearCka,
  MinibatchCka,
  pairDiversity,
} from './index.js';

const numbers = z.array(z.number());
const table = z.array(numbers);
const oracle = readFixture(new URL('./fixtures/analysis.json', import.meta.url), {
  clusterings: z.array(z.object({ distances: table, heights: numbers, cophenetic: table })),
  features: z.object({
    x: numbers,
    y: numbers,
    widths: z.tuple([z.int(), z.int()]),
    linear: z.number(),
    batch: z.int(),
    minibatch: z.number(),
  }),
  diversity: z.object({
    first: numbers,
    second: numbers,
    phi: z.number(),
    kappa: z.number(),
    disagreement: z.number(),
    doubleFault: z.number(),
    answers: z.tuple([numbers, numbers]),
    cohen: z.number(),
  }),
  geometry: z.object({
    stock: numbers,
    models: table,
    distance: table,
    cosine: table,
    fromStock: numbers,
    stockCosine: numbers,
    angle: table,
  }),
  detectable: z.array(z.tuple([z.int(), z.number(), z.number()])),
});

/** The largest difference; infinite where one has no number or their counts differ. */
function apart(found: readonly (number | null | undefined)[], expected: readonly number[]): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...expected.map((value, at) => Math.abs(value - (found[at] ?? Number.POSITIVE_INFINITY))));
}

/** Heights of all merges, and for every pair the height at which it comes together. */
export function clusteringDifference(): number {
  return Math.max(
    ...oracle.clusterings.map(({ distances, heights, cophenetic }) => {
      const { merges } = averageLinkage(distances);
      const together = distances.map((row) => row.map(() => 0));
      for (const { left, right, height } of merges) {
        for (const a of left) {
          for (const b of right) {
            together[a]?.splice(b, 1, height);
            together[b]?.splice(a, 1, height);
          }
        }
      }
      const found = merges.map(({ height }) => height);
      return Math.max(apart(found, heights), apart(together.flat(), cophenetic.flat()));
    }),
  );
}

export function ckaDifference(): number {
  const { x, y, widths, linear, batch, minibatch } = oracle.features;
  const [left, right] = [
    { rows: x, width: widths[0] },
    { rows: y, width: widths[1] },
  ];
  const streamed = new MinibatchCka(2);
  for (let start = 0; start < x.length / widths[0]; start += batch) {
    const part = ({ rows, width }: typeof left) => ({
      rows: rows.slice(start * width, (start + batch) * width),
      width,
    });
    streamed.add([part(left), part(right)]);
  }
  return apart([linearCka(left, right), streamed.between(1, 0)], [linear, minibatch]);
}

export function diversityDifference(): number {
  const { first, second, phi, kappa, disagreement, doubleFault, answers, cohen } = oracle.diversity;
  const pair = pairDiversity(pairedCounts(packBits(first), packBits(second), first.length));
  const found = [pair.errorCorrelation, pair.kappa, pair.disagreement, pair.doubleFault];
  return apart([...found, cohenKappa(...answers, 4).kappa], [phi, kappa, disagreement, doubleFault, cohen]);
}

export function geometryDifference(): number {
  const { stock, models, distance, cosine, fromStock, stockCosine, angle } = oracle.geometry;
  const sums = new GeometrySums(models.length);
  sums.addWeights(models, stock);
  const found = geometryOf(sums);
  return Math.max(
    apart(found.distance.flat(), distance.flat()),
    apart(found.cosine.flat(), cosine.flat()),
    apart(found.fromStock?.distance ?? [], fromStock),
    apart(found.fromStock?.cosine ?? [], stockCosine),
    apart(found.fromStock?.angle.flat() ?? [], angle.flat()),
  );
}

export function detectableDifferenceDifference(): number {
  return Math.max(...oracle.detectable.map(([n, d, delta]) => apart([detectableDifference(n, d)], [delta])));
}
