import { leaderboardQueries as queries } from '@stockpot/db';
import { z } from 'zod';
import type { Benchmark } from '../benchmarks/types.js';
import type { Context } from '../context.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { notFound } from '../errors.js';
import { loadModelsById } from '../models/load.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { leaderboardColumns } from './columns.js';
import { leaderboardRows } from './rows.js';
import { type Leaderboard, leaderboardInput } from './types.js';

/** A search that matches no more models than this is resolved to a list first; a broader one is checked while paging. */
const SEARCH_LIMIT = 2000;

/** [what it is ordered by, value or null, id] */
const cursorShape = z.tuple([
  z.string().max(64),
  z.union([z.number(), z.string().max(1000), z.null()]),
  z.string().max(64),
]);

/** A page of a lab's models with their scores on its benchmarks. */
export const list = defineVerb({
  name: 'leaderboard.list',
  effect: 'read',
  policy: reader(inLab()),
  input: leaderboardInput,
  async run(tx, ctx: LabGrant & Context, input): Promise<Leaderboard> {
    const labId = ctx.lab.id;
    const columns = await leaderboardColumns(tx, labId);
    const { field, direction } = input.orderBy;
    const ordered = field === 'benchmark' ? orderedBenchmark(columns, input.orderBy.benchmark) : null;
    const descending = direction === 'desc';

    const ids = input.run ? await queries.modelsOfRun(tx, labId, input.run) : null;
    const found = input.search ? await queries.searchModels(tx, input.search, SEARCH_LIMIT) : null;
    const filter = {
      labId,
      kinds: input.kinds ? [...new Set(input.kinds)] : null,
      ids: intersect(ids, found),
      search: input.search && found === null ? input.search : null,
    };

    // A lab without a benchmark has no scores to order by: its newest models come first.
    const by = ordered?.id ?? (field === 'name' ? 'name' : 'createdAt');
    const after = readCursor(input.after, by);
    const limit = input.first + 1;
    const page =
      ordered !== null
        ? await queries.pageByBenchmark(tx, filter, ordered.id, descending, after, limit)
        : await queries.pageByColumn(tx, filter, field === 'name' ? 'name' : 'createdAt', descending, after, limit);
    const shown = page.slice(0, input.first);
    const models = await loadModelsById(
      tx,
      labId,
      shown.map((row) => row.id),
    );
    const { rows, ranking } = await leaderboardRows(tx, ctx, labId, { models, columns, ordered, ids });
    return {
      columns,
      orderedBy: ordered?.id ?? null,
      ranking,
      edges: rows.map((node, i) => ({ node, cursor: encodeCursor([by, shown[i]?.value ?? null, node.model.id]) })),
      hasNextPage: page.length > input.first,
      totalCount: await queries.countModels(tx, filter),
    };
  },
});

function orderedBenchmark(columns: readonly Benchmark[], wanted: string | null | undefined): Benchmark | null {
  if (!wanted) return columns[0] ?? null;
  const found = columns.find((column) => column.id === wanted);
  if (found === undefined) throw notFound('benchmark');
  return found;
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
