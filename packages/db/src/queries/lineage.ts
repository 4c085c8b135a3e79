import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

export interface Edge extends Record<string, unknown> {
  readonly parentId: string;
  readonly childId: string;
  readonly coefficient: number | null;
}

const EDGE = sql`parent_id as "parentId", child_id as "childId", coefficient`;

/**
 * The edges within `depth` of a model: all its ancestors' and all its descendants' (not its siblings'). At most `limit`
 * edges in each direction, the nearest first.
 */
export async function edgesAround(
  tx: Tx,
  labId: string,
  modelId: string,
  depth: number,
  limit: number,
): Promise<Edge[]> {
  // UNION, not UNION ALL: a model reached by two ways (every ingredient of a soup leads to one stock) is walked once a level.
  const result = await tx.execute<Edge>(sql`
    with recursive
      up(id, level) as (
        select ${modelId}::text, 0
        union
        select p.parent_id, up.level + 1 from up join model_parents p on p.lab_id = ${labId} and p.child_id = up.id
        where up.level < ${depth}
      ),
      down(id, level) as (
        select ${modelId}::text, 0
        union
        select p.child_id, down.level + 1 from down join model_parents p on p.lab_id = ${labId} and p.parent_id = down.id
        where down.level < ${depth}
      ),
      above as (
        select p.parent_id, p.child_id, p.coefficient, min(up.level) as level
        from up join model_parents p on p.lab_id = ${labId} and p.child_id = up.id
        where up.level < ${depth}
        group by p.parent_id, p.child_id, p.coefficient order by level, p.child_id, p.parent_id limit ${limit}
      ),
      below as (
        select p.parent_id, p.child_id, p.coefficient, min(down.level) as level
        from down join model_parents p on p.lab_id = ${labId} and p.parent_id = down.id
        where down.level < ${depth}
        group by p.parent_id, p.child_id, p.coefficient order by level, p.parent_id, p.child_id limit ${limit}
      )
    select ${EDGE} from above union select ${EDGE} from below`);
  return result.rows;
}

/** The edges between the given models. */
export async function edgesBetween(tx: Tx, labId: string, modelIds: readonly string[]): Promise<Edge[]> {
  const result = await tx.execute<Edge>(sql`
    select ${EDGE} from model_parents
    where lab_id = ${labId} and child_id = any(${sql.param(modelIds)}::text[]) and parent_id = any(${sql.param(modelIds)}::text[])
    order by child_id, parent_id`);
  return result.rows;
}

/** The stocks among the ancestors of each of the models, by its id; ids that have none are left out. */
export async function stocksAbove(tx: Tx, labId: string, modelIds: readonly string[]): Promise<Map<string, string[]>> {
  const result = await tx.execute<{ root: string; id: string }>(sql`
    with recursive up(root, id) as (
      select id, id from unnest(${sql.param(modelIds)}::text[]) as given(id)
      union
      select up.root, p.parent_id from up join model_parents p on p.lab_id = ${labId} and p.child_id = up.id
    )
    select up.root, m.id from up join models m on m.lab_id = ${labId} and m.id = up.id
    where m.kind = 'stock' order by up.root, m.id`);
  const found = new Map<string, string[]>();
  for (const { root, id } of result.rows) found.set(root, [...(found.get(root) ?? []), id]);
  return found;
}

export interface EnsembleOfPool extends Record<string, unknown> {
  /** Place in the list of pools. */
  readonly pool: number;
  readonly id: string;
  readonly method: string;
}

/** Ensembles of exactly the models of each pool, or chosen among exactly these; oldest first within a pool. */
export async function ensemblesOf(
  tx: Tx,
  labId: string,
  pools: readonly (readonly string[])[],
): Promise<EnsembleOfPool[]> {
  const asked = pools.map((ids, pool) => ({ pool, ids: [...new Set(ids)] })).filter(({ ids }) => ids.length > 0);
  if (asked.length === 0) return [];
  const result = await tx.execute<EnsembleOfPool>(sql`
    select asked.pool, e.id, e.method
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked(pool int, ids text[])
    join model_parents first on first.lab_id = ${labId} and first.parent_id = asked.ids[1]
    join ensembles e on e.lab_id = ${labId} and e.id = first.child_id
    where (select count(*) = cardinality(asked.ids) and bool_and(p.parent_id = any(asked.ids))
           from model_parents p where p.lab_id = ${labId} and p.child_id = e.id)
    order by asked.pool, e.id`);
  return result.rows;
}

/** What one model counts in another. */
export interface Part {
  readonly id: string;
  readonly coefficient: number;
}

/**
 * Of each of these linear soups what the models that were never soups themselves count in it, soups among its ingredients taken
 * apart: products along each way, added up. A soup that is no linear combination stands for itself. Largest first. Ways may be many
 * more than edges (soups of soups of soups share ingredients), so each edge is read once, and walked once a soup.
 */
export async function effectiveCoefficients(
  tx: Tx,
  labId: string,
  soupIds: readonly string[],
): Promise<Map<string, readonly Part[]>> {
  if (soupIds.length === 0) return new Map();
  const { rows } = await tx.execute<Share>(sql`
    with recursive linear(id) as (
      select id from unnest(${sql.param(soupIds)}::text[]) as given(id)
      union
      select s.id from linear
      join model_parents p on p.lab_id = ${labId} and p.child_id = linear.id and p.coefficient <> 0
      join soups s on s.lab_id = ${labId} and s.id = p.parent_id and s.mixing = 'linear'
    )
    select p.child_id as "childId", p.parent_id as "parentId", p.coefficient from linear
    join model_parents p on p.lab_id = ${labId} and p.child_id = linear.id and p.coefficient <> 0
    order by p.child_id, p.parent_id`);
  const parts = new Map<string, Share[]>();
  for (const edge of rows) {
    const mine = parts.get(edge.childId);
    if (mine === undefined) parts.set(edge.childId, [edge]);
    else mine.push(edge);
  }
  return new Map(
    soupIds.map((soupId) => [
      soupId,
      [...flatten(soupId, parts)]
        .map(([id, coefficient]) => ({ id, coefficient }))
        .sort((a, b) => b.coefficient - a.coefficient || (a.id < b.id ? -1 : 1)),
    ]),
  );
}

interface Share extends Record<string, unknown> {
  readonly childId: string;
  readonly parentId: string;
  readonly coefficient: number;
}

/** What each model that no edge takes apart counts in the root: a soup is taken apart once all that it counts in has been. */
function flatten(root: string, parts: ReadonlyMap<string, readonly Share[]>): Map<string, number> {
  const waiting = new Map<string, number>();
  const reached = new Set([root]);
  for (const id of reached) {
    for (const { parentId } of parts.get(id) ?? []) {
      waiting.set(parentId, (waiting.get(parentId) ?? 0) + 1);
      reached.add(parentId);
    }
  }
  const found = new Map<string, number>([[root, 1]]);
  const ready = [root];
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    const mine = parts.get(id);
    if (mine === undefined) continue;
    const share = found.get(id) ?? 0;
    found.delete(id);
    for (const { parentId, coefficient } of mine) {
      found.set(parentId, (found.get(parentId) ?? 0) + share * coefficient);
      const left = (waiting.get(parentId) ?? 0) - 1;
      waiting.set(parentId, left);
      if (left === 0) ready.push(parentId);
    }
  }
  return found;
}
