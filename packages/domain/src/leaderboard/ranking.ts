import { rankQueries as queries, type Tx } from '@stockpot/db';
import { allPairs, rankByComparisons, scoreSeparation } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import { versionsOf } from '../benchmarks/versions.js';
import { bytesOf, loadAnswered } from '../comparisons/answers.js';
import { tallyAnswers } from '../comparisons/tally.js';
import type { Context } from '../context.js';
import type { MetricInfo } from '../evaluations/types.js';
import { Remembered } from '../remembered.js';
import { nextUp } from './next-up.js';
import type { BoardRanks, RowRank } from './types.js';

/** A board of more models than this ranks by score intervals: k models are k(k − 1)/2 comparisons. */
const MOST_PAIRED = 200;
/** Words of 32 examples (by image: images) that comparing all pairs of a board may go through: about a tenth of a second. */
const MOST_WORK = 5e7;
/** Bytes of bitmaps that ranking a board may read: about as long again. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Chance of a single false difference on a whole board. */
const ALPHA = 0.05;

/** Boards of paired ranks that one process keeps: those of the labs that are looked at now. */
const boards = new Remembered<Ranks>(32);

/** What a board is ordered by: a number on a benchmark. */
export interface OrderedBenchmark {
  readonly benchmark: Benchmark;
  readonly metric: MetricInfo;
}

/** Why the models of a lab are not ranked on a benchmark; null where they are. */
export function refusalOf({ role, split, name }: Benchmark): string | null {
  if (role === 'selection') {
    return `Models are chosen by their scores on ${split.name}, so those scores flatter whatever was chosen: ${name} orders the table and ranks nobody.`;
  }
  if (role === 'train') return `Models are trained on ${split.name}: ${name} orders the table and ranks nobody.`;
  return null;
}

/**
 * The ranks of models among all of the lab's that rank on the benchmark, each with the ranks that the evidence leaves open
 * (docs/adr/0023). A model without a score there, or with a spent one, has none.
 */
export async function rankBoard(
  tx: Tx,
  ctx: Context,
  labId: string,
  { benchmark, metric }: OrderedBenchmark,
  modelIds: readonly string[],
): Promise<BoardRanks> {
  const refusal = refusalOf(benchmark) ?? neitherGoodNorBad(metric);
  if (refusal !== null)
    return { ranking: { method: null, models: 0, alpha: ALPHA, best: null, refusal }, ranks: new Map() };
  if (metric.name !== 'top1') return valueRanks(tx, labId, benchmark, metric, modelIds);
  const best = await queries.bestScores(tx, labId, benchmark.id, MOST_PAIRED + 1);
  const paired = affordable(benchmark, best.length) ? await pairedRanks(tx, ctx, labId, benchmark, best) : null;
  const ranks = paired ?? (await intervalRanks(tx, labId, benchmark, best, modelIds));
  return {
    ranking: {
      method: paired === null ? 'intervals' : 'paired',
      models: ranks.models,
      alpha: ALPHA,
      best: best[0]?.id ?? null,
      refusal: null,
    },
    ranks: new Map(modelIds.flatMap((id) => entryOf(ranks.byModel, id))),
  };
}

function neitherGoodNorBad({ title, better }: MetricInfo): string | null {
  return better === null ? `The ${title} is neither good nor bad: it orders the table and ranks nobody.` : null;
}

/** By another number than top-1, as it stands: no test says which differences are real. */
async function valueRanks(
  tx: Tx,
  labId: string,
  benchmark: Benchmark,
  { name, better }: MetricInfo,
  modelIds: readonly string[],
): Promise<BoardRanks> {
  const rows = await queries.ranksByValue(tx, labId, benchmark.id, { name, better: better ?? 'higher' }, modelIds);
  const [first] = rows;
  const ranking = { method: 'values', models: first?.models ?? 0, alpha: null, best: first?.best ?? null } as const;
  return {
    ranking: { ...ranking, refusal: null },
    ranks: new Map(rows.map(({ id, rank }) => [id, { rank, rankInterval: null, versusBest: null }])),
  };
}

interface Ranks {
  readonly models: number;
  readonly byModel: ReadonlyMap<string, RowRank>;
}

function entryOf(ranks: ReadonlyMap<string, RowRank>, id: string): [string, RowRank][] {
  const rank = ranks.get(id);
  return rank === undefined ? [] : [[id, rank]];
}

function affordable(benchmark: Benchmark, models: number): boolean {
  const shape = { n: benchmark.n, versions: versionsOf(benchmark) };
  const pairs = (models * (models - 1)) / 2;
  return models <= MOST_PAIRED && pairs * wordsOf(shape) <= MOST_WORK && models * bytesOf(shape) <= MOST_BYTES;
}

/** Words that one comparison of two models goes through. */
function wordsOf({ n, versions }: { readonly n: number; readonly versions: number }): number {
  return versions === 1 ? n / 32 : n;
}

/** All pairs by their answers. Remembered by what it is made of: an evaluation never changes, so its model and score name it. */
async function pairedRanks(
  tx: Tx,
  { db }: Context,
  labId: string,
  benchmark: Benchmark,
  scores: readonly queries.RankedScore[],
): Promise<Ranks | null> {
  const content = `${benchmark.id} ${scores.map(({ id, top1 }) => `${id} ${top1}`).join(' ')}`;
  return boards.of(db, content, async () => {
    const ids = scores.map(({ id }) => id);
    const found = new Map((await loadAnswered(tx, labId, ids, [benchmark.id])).map((one) => [one.modelId, one]));
    const answered = ids.flatMap((id) => found.get(id) ?? []);
    const [first] = answered;
    // Grids whose cells hold different images cannot be paired.
    const alike = answered.every(({ n, versions }) => n === first?.n && versions === first.versions);
    if (first === undefined || answered.length < ids.length || !alike) return null;
    const pairs = allPairs(answered.length);
    const [tally] = await tallyAnswers(tx, labId, [{ answered, pairs }], { counts: false, test: true });
    if (tally === undefined) return null;
    const { ranks, adjustedP } = rankByComparisons(answered.length, (pair) => tally.test(pair), { alpha: ALPHA });
    const byModel = answered.map(({ modelId, top1 }, index): [string, RowRank] => {
      const { rank = 1, best = 1, worst = answered.length } = ranks[index] ?? {};
      const p = adjustedP(0, index);
      const versusBest = index === 0 ? null : { difference: top1 - first.top1, adjustedP: p, significant: p < ALPHA };
      return [modelId, { rank, rankInterval: { best, worst }, versusBest }];
    });
    return { models: answered.length, byModel: new Map(byModel) };
  });
}

/** By intervals of scores: no answer is read, and what is better than a model is counted from the index. */
async function intervalRanks(
  tx: Tx,
  labId: string,
  { id, n, ranked: models }: Benchmark,
  best: readonly queries.RankedScore[],
  modelIds: readonly string[],
): Promise<Ranks> {
  const asked = (await queries.rankedScores(tx, labId, id, modelIds)).map(({ id: modelId, top1 }) => {
    const { above, below } = scoreSeparation(top1, n, models, ALPHA);
    return { modelId, top1, better: nextUp(top1), above: nextUp(above), below };
  });
  const atLeast = await queries.countAtLeast(
    tx,
    labId,
    id,
    asked.flatMap(({ better, above, below }) => [better, above, below]),
  );
  const [leader] = best;
  const byModel = asked.map(({ modelId, top1, better, above, below }): [string, RowRank] => {
    const versusBest =
      leader === undefined || leader.id === modelId
        ? null
        : { difference: top1 - leader.top1, adjustedP: null, significant: leader.top1 >= above };
    const rankInterval = { best: 1 + (atLeast.get(above) ?? 0), worst: atLeast.get(below) ?? models };
    return [modelId, { rank: 1 + (atLeast.get(better) ?? 0), rankInterval, versusBest }];
  });
  return { models, byModel: new Map(byModel) };
}
