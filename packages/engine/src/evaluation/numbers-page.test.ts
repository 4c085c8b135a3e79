import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  clopperPearson,
  holm,
  mcnemar,
  newcombeDifference,
  overSeeds,
  pairedOverSeeds,
  pairedT,
  pearson,
  rankIntervals,
  scoreSeparation,
  spearman,
  wilsonInterval,
} from '../statistics/index.js';
import { f1, macroF1 } from './agreement/f1.js';
import { matthews } from './agreement/matthews.js';
import { packBits } from './bitmap.js';
import { detection } from './detection/out-of-distribution.js';
import { groupAnswers } from './groups/class-groups.js';
import { metrics } from './metrics/index.js';
import { withMetricTable } from './metrics/numbers-table.fixture.js';
import { predictions } from './predictions.js';
import { weightedKnn } from './representations/knn.js';
import { retrieval } from './representations/retrieval.js';

const page = readFileSync(new URL('../../../../docs/numbers.md', import.meta.url), 'utf8');

/** As the page writes numbers: four digits, and a minus sign. */
const shown = (value: number) => String(Number(value.toFixed(4))).replace('-', '−');
const range = ({ low, high }: { low: number; high: number }) => `${shown(low)} … ${shown(high)}`;
const saying = (probabilities: number[], label: number) =>
  predictions(Float32Array.from(probabilities, Math.log), Uint8Array.of(label), probabilities.length);

const table = { both: 1, onlyFirst: 1, onlySecond: 7, neither: 12 };
const [answers, labels] = [
  [1, 1, 1, 0, 0],
  [1, 1, 0, 1, 0],
];
const ood = detection([0.9, 0.8, 0.4], [0.5, 0.3]);
const bank = { width: 2, features: Float32Array.of(1, 0, 0.6, 0.8, 0.6, -0.8), labels: [0, 1, 1] };
const query = { width: 2, features: Float32Array.of(1, 0), labels: [0] };
const votes = (temperature: number) => weightedKnn(bank, query, { k: 3, temperature }).answers[0];
const ranked = { width: 2, features: Float32Array.of(1, 0, 1, 0.1, 1, 0.2), labels: [0, 1, 0] };
const rightOn = (from: number, to: number) => packBits(Array.from({ length: 300 }, (_, i) => i >= from && i < to));
const apart = scoreSeparation(0.8, 100, 2);
const percent = (share: number) => String(Number((100 * share).toFixed(2)));
const { ranks } = rankIntervals([rightOn(0, 240), rightOn(10, 246), rightOn(0, 150)], 300);
const { mean, interval, n } = overSeeds([1, 2, 3]);
const paired = pairedOverSeeds([0.02, 0.03, 0.04]);
const cubes = [1, 8, 27, 64];
const groups = { source: 'page', names: ['one', 'two'], members: [[0], [1, 2]] };

describe('the examples of docs/numbers.md', () => {
  test.each([
    ['NLL', `log 4 = ${shown(metrics.nll.compute(saying([0.25, 0.25, 0.25, 0.25], 2)))}`],
    ['Brier', `the first is right: ${shown(metrics.brier.compute(saying([0.7, 0.2, 0.1], 0)))}`],
    [
      'superclasses',
      groupAnswers(saying([0.4, 0.3, 0.3], 0), groups, 'mean-probability')[0] === 0 ? 'the first, whose mean' : '',
    ],
    ['AUROC', ood.auroc === 5 / 6 ? '0.9, 0.8, 0.4 against 0.5, 0.3: 5/6' : ''],
    ['FPR', `the same: ${shown(ood.fpr95)}`],
    ['F1', `1 rejection: ${shown(f1(answers, labels))}, macro ${shown(macroF1(answers, labels))}`],
    ['Matthews', `the same: ${shown(matthews(answers, labels))}`],
    ['correlation', `${shown(pearson([1, 2, 3, 4], cubes) ?? 0)} and ${shown(spearman([1, 2, 3, 4], cubes) ?? 0)}`],
    ['kNN', `class ${votes(0.07)} at T = 0.07, class ${votes(100)} at T = 100`],
    ['mAP', `(1 + 2/3) / 2 = ${shown(retrieval(ranked, query).map)}`],
    ['Wilson', `81 of 263: ${range(wilsonInterval(81, 263))}`],
    ['Clopper–Pearson', `0 of 20: ${range(clopperPearson(0, 20))}`],
    ['McNemar', `p = ${shown(mcnemar(table))}, mid-p ${shown(mcnemar(table, { midP: true }))}`],
    ['Newcombe', `neither 12: ${range(newcombeDifference(table))}`],
    ['Holm', `Holm ${holm([0.01, 0.04, 0.03, 0.005]).map(shown).join(', ')}`],
    ['ranks', `ranks ${ranks.map(({ best, worst }) => (best === worst ? best : `${best}–${worst}`)).join(', ')}`],
    ['by image', `p = ${shown(pairedT([1, 0, 0.5]).p)}`],
    ['large board', `above ${percent(apart.above)} % or below ${percent(apart.below)} %`],
    [
      'two methods',
      `${shown(paired.difference)} ± ${shown((paired.interval?.high ?? 0) - paired.difference)}, p = ${shown(paired.p ?? 0)}`,
    ],
    ['seeds', `${mean} ± ${shown((interval?.high ?? 0) - mean)}, n = ${n}`],
  ])('%s', (_, example) => {
    expect(example).not.toBe('');
    expect(page).toContain(example);
  });
});

test('the table of metrics on the page is the table of the engine (npm run numbers -w @stockpot/engine writes it)', () => {
  expect(withMetricTable(page)).toBe(page);
});
