import { leaderboardQueries as queries } from '@stockpot/db';
import { z } from 'zod';
import { poolsOfRun } from '../analyses/pool-of-repeat.js';
import type { Benchmark } from '../benchmarks/types.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { notFound } from '../errors.js';
import { metricInfo } from '../evaluations/metrics-of.js';
import type { MetricInfo } from '../evaluations/types.js';
import { loadModelsById } from '../models/load.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { columnMetrics, leaderboardColumns } from './columns.js';
import type { OrderedBenchmark } from './ranking.js';
import { leaderboardRows } from './rows.js';
import { type Leaderboard, leaderboardInput } from './types.js';

/** A search that matches no more models than this is resolved to a list first; a broader one is checked while paging. */
const SEARCH_LIMIT = 2000;

/** [what it is ordered by, value or null, id] */
const cursorShape = z.tuple([
  z.string().max(200),
  z.union([z.number(), z.string().max(1000), z.null()]),
  z.string().max(64),
]);

/** A page of a lab's models with their scores on its benchmarks. What ranks they have is asked for by itself: `ranks`. */
export const list = defineVerb({
  name: 'leaderboard.list',
  effect: 'read',
  policy: reader(inLab()),
  input: leaderboardInput,
  async run(tx, ctx: LabGrant, input): Promise<Leaderboard> {
    const labId = ctx.lab.id;
    const columns = await leaderboardColumns(tx, labId);
    const { field, direction } = input.orderBy;
    const numbers = await columnMetrics(tx, labId, columns);
    const ordered = field === 'benchmark' ? orderedBenchmark(columns, numbers, input.orderBy) : null;
    const descending = (direction ?? (ordered?.metric.better === 'lower' ? 'asc' : 'desc')) === 'desc';

    const ids = input.run ? await queries.modelsOfRun(tx, labId, input.run) : null;
    const found = input.search ? await queries.searchModels(tx, input.search, SEARCH_LIMIT) : null;
    const filter = {
      labId,
      kinds: input.kinds ? [...new Set(input.kinds)] : null,
      ids: intersect(ids, found),
      search: input.search && found === null ? input.search : null,
    };

    // A lab without a benchmark has no scores to order by: its newest models come first.
    const other = field === 'name' ? 'name' : 'createdAt';
    const by = ordered === null ? other : `${ordered.benchmark.id} ${ordered.metric.name}`;
    const after = readCursor(input.after, by);
    const limit = input.first + 1;
    const page =
      ordered !== null
        ? await queries.pageByBenchmark(tx, filter, metricOn(ordered), descending, after, limit)
        : await queries.pageByColumn(tx, filter, other, descending, after, limit);
    const shown = page.slice(0, input.first);
    const models = await loadModelsById(
      tx,
      labId,
      shown.map((row) => row.id),
    );
    const pools = input.run ? await poolsOfRun(tx, labId, input.run) : null;
    const rows = await leaderboardRows(tx, labId, { models, columns, pools });
    return {
      columns,
      orderedBy: ordered?.benchmark.id ?? null,
      order: ordered === null ? null : { metric: ordered.metric, direction: descending ? 'desc' : 'asc' },
      columnMetrics: numbers,
      edges: rows.map((node, i) => ({ node, cursor: encodeCursor([by, shown[i]?.value ?? null, node.model.id]) })),
      hasNextPage: page.length > input.first,
      totalCount: await queries.countModels(tx, filter),
    };
  },
});

/** What rows are ordered by: a number on a benchmark, by default the first that has it. Null where the lab has no benchmark. */
function orderedBenchmark(
  columns: readonly Benchmark[],
  numbers: readonly (readonly MetricInfo[])[],
  orderBy: { readonly benchmark?: string | null | undefined; readonly metric?: string | null | undefined },
): OrderedBenchmark | null {
  const first = columns.find((_, column) => numbers[column]?.some(({ name }) => name === orderBy.metric)) ?? columns[0];
  const benchmark = orderBy.benchmark ? columns.find(({ id }) => id === orderBy.benchmark) : first;
  if (benchmark === undefined) {
    if (orderBy.benchmark) throw notFound('benchmark');
    return null;
  }
  const metric = metricInfo(orderBy.metric ?? benchmark.headline);
  if (metric === undefined)
    throw new TypeError(`The benchmark ${benchmark.id} has the headline ${benchmark.headline}, which no metric has.`);
  return { benchmark, metric };
}

function metricOn({ benchmark, metric }: OrderedBenchmark): queries.BenchmarkMetric {
  return { benchmarkId: benchmark.id, name: metric.name };
}

function readCursor(cursor: string | null | undefined, by: string) {
  if (!cursor) return null;
  const [, value, id] = decodeCursor(
    cursorShape.refine(([named]) => named === by, 'another order'),
    cursor,
  );
  return { value, id };
}

function intersect(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null || b === null) return a ?? b;
  const inB = new Set(b);
  return a.filter((id) => inB.has(id));
}
