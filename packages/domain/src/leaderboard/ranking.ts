import { rankQueries as queries, type Tx } from '@stockpot/db';
import { pairwise, rankByComparisons, scoreSeparation } from '@stockpot/engine/statistics';
import type { Benchmark } from '../benchmarks/types.js';
import { versionsOf } from '../benchmarks/versions.js';
import { loadAnswers, MOST_BYTES } from '../comparisons/bitmaps.js';
import type { Context } from '../context.js';
import type { MetricInfo } from '../evaluations/types.js';
import { nextUp } from './next-up.js';
import { pairsInTurns } from './pairs-in-turns.js';
import { Remembered } from './remembered.js';
import type { LeaderboardRanking, RowRank } from './types.js';

/** A board of more models than this ranks by score intervals: k models are k(k − 1)/2 comparisons. */
const MOST_PAIRED = 200;
/** Words of 32 examples (by image: images) that comparing all pairs of a board may go through: about a tenth of a second. */
const MOST_WORK = 5e7;
/** Chance of a single false difference on a whole board. */
const ALPHA = 0.05;

/** Boards of paired ranks that one process keeps: those of the labs that are looked at now. */
const boards = new Remembered<Ranks>(32);

/** A score of the page, and whose it is. */
interface Shown {
  readonly modelId: string;
  /** Null on a benchmark without one; then it is not ranked by it. */
  readonly top1: number | null;
}

export interface BoardRanks {
  readonly ranking: LeaderboardRanking;
  /** By model; of the models of the page that rank. */
  readonly ranks: ReadonlyMap<string, RowRank>;
}

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
 * The ranks of a page's models among all of the lab's that rank on the benchmark, whatever the page shows, each with the ranks
 * that the evidence leaves open (docs/adr/0023).
 *
 * @param shown the scores of the page that are not spent
 */
export async function rankBoard(
  tx: Tx,
  ctx: Context,
  labId: string,
  { benchmark, metric }: OrderedBenchmark,
  shown: readonly Shown[],
): Promise<BoardRanks> {
  const refusal = refusalOf(benchmark) ?? neitherGoodNorBad(metric);
  if (refusal !== null)
    return { ranking: { method: null, models: 0, alpha: ALPHA, best: null, refusal }, ranks: new Map() };
  if (metric.name !== 'top1') return valueRanks(tx, labId, benchmark, metric, shown);
  const best = await queries.bestScores(tx, labId, benchmark.id, MOST_PAIRED + 1);
  const paired = affordable(benchmark, best.length) ? await pairedRanks(tx, ctx, labId, benchmark, best) : null;
  const ranks = paired ?? (await intervalRanks(tx, labId, benchmark, best, shown));
  return {
    ranking: {
      method: paired === null ? 'intervals' : 'paired',
      models: ranks.models,
      alpha: ALPHA,
      best: best[0]?.id ?? null,
      refusal: null,
    },
    ranks: ranks.byModel,
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
  shown: readonly Shown[],
): Promise<BoardRanks> {
  const rows = await queries.ranksByValue(
    tx,
    labId,
    benchmark.id,
    { name, better: better ?? 'higher' },
    shown.map(({ modelId }) => modelId),
  );
  const [first] = rows;
  const ranking = { method: 'values', models: first?.models ?? 0, alpha: null, best: first?.best ?? null } as const;
  return {
    ranking: { ...ranking, refusal: null },
    ranks: new Map(rows.map(({ id, rank }) => [id, { rank, best: null, worst: null, versusBest: null }])),
  };
}

interface Ranks {
  readonly models: number;
  readonly byModel: ReadonlyMap<string, RowRank>;
}

function affordable(benchmark: Benchmark, models: number): boolean {
  const { n } = benchmark;
  const versions = versionsOf(benchmark);
  const pairs = (models * (models - 1)) / 2;
  return (
    models <= MOST_PAIRED &&
    pairs * wordsOf(n, versions) <= MOST_WORK &&
    models * Math.ceil((n * versions) / 8) <= MOST_BYTES
  );
}

/** Words that one comparison of two models goes through. */
function wordsOf(n: number, versions: number): number {
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
    const answers = new Map(
      (await loadAnswers(tx, labId, ids, [benchmark.id])).map((answer) => [answer.modelId, answer]),
    );
    const rows = ids.flatMap((id) => answers.get(id) ?? []);
    const [first] = rows;
    // Grids whose cells hold different images cannot be paired.
    if (first === undefined || rows.length < ids.length) return null;
    const { n, versions } = first;
    const compare = pairwise(
      rows.map(({ bits }) => bits),
      { n, versions },
    );
    const known = await pairsInTurns(rows.length, wordsOf(n, versions), compare);
    const { ranks, adjustedP } = rankByComparisons(rows.length, known, { alpha: ALPHA });
    const byModel = rows.map(({ modelId, top1 }, index): [string, RowRank] => {
      const { rank = 1, best = 1, worst = rows.length } = ranks[index] ?? {};
      const p = adjustedP(0, index);
      const versusBest = index === 0 ? null : { difference: top1 - first.top1, adjustedP: p, significant: p < ALPHA };
      return [modelId, { rank, best, worst, versusBest }];
    });
    return { models: rows.length, byModel: new Map(byModel) };
  });
}

/** By intervals of scores: no answer is read, and what is better than a model is counted from the index. */
async function intervalRanks(
  tx: Tx,
  labId: string,
  { id, n, ranked: models }: Benchmark,
  best: readonly queries.RankedScore[],
  shown: readonly Shown[],
): Promise<Ranks> {
  const asked = shown.flatMap(({ modelId, top1 }) => {
    if (top1 === null) return [];
    const { above, below } = scoreSeparation(top1, n, models, ALPHA);
    return [{ modelId, top1, better: nextUp(top1), above: nextUp(above), below }];
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
    return [
      modelId,
      {
        rank: 1 + (atLeast.get(better) ?? 0),
        best: 1 + (atLeast.get(above) ?? 0),
        worst: atLeast.get(below) ?? models,
        versusBest,
      },
    ];
  });
  return { models, byModel: new Map(byModel) };
}
