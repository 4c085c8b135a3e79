import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';
import type { ModelKind } from '../schema/models/models.js';

export interface SeedSibling extends Record<string, unknown> {
  readonly modelId: string;
  readonly siblingId: string;
  readonly seed: number;
}

/**
 * For each of the ingredients those that differ from it in the seed alone, itself among them: of one definition (algorithm, data,
 * stock and head, each with its options), with the same hyperparameters and parents also where a recipe draws these anew. By seed,
 * at most `each` for one ingredient.
 */
export async function sameButSeed(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
  each: number,
): Promise<SeedSibling[]> {
  const parentsOf = (child: 'w.id' | 's.id') =>
    sql`(select array_agg(p.parent_id order by p.parent_id) from model_parents p
         where p.lab_id = ${labId} and p.child_id = ${sql.raw(child)})`;
  const result = await tx.execute<SeedSibling>(sql`
    select w.id as "modelId", sibling.id as "siblingId", sibling.seed
    from (select w.*, ${parentsOf('w.id')} as parents from ingredients w
          where w.lab_id = ${labId} and w.id = any(${sql.param(modelIds)}::text[])) w
    cross join lateral (
      select s.id, s.seed::float8 as seed from ingredients s
      where s.lab_id = ${labId} and s.hyperparameters = w.hyperparameters and ${parentsOf('s.id')} = w.parents
        and s.id in (
          select other.model_id from steps own
          join steps other on other.lab_id = own.lab_id and other.definition = own.definition and other.model_id is not null
          where own.lab_id = ${labId} and own.model_id = w.id and own.definition is not null)
      order by s.seed, s.id limit ${each}) sibling
    order by w.id, sibling.seed, sibling.id`);
  return result.rows;
}

/** A model that a run made, or used, in one of its repeats. */
export interface RepeatedModel extends Record<string, unknown> {
  readonly definition: string;
  readonly modelId: string;
  readonly kind: ModelKind;
  readonly name: string;
  readonly runId: string;
  readonly repeat: number;
}

const mixed = sql`m.kind in ('soup', 'ensemble')`;

/** The definitions of which there is more than one soup, or ensemble: newest first. */
export async function repeatedDefinitions(tx: Tx, labId: string, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ definition: string }>(sql`
    select s.definition from steps s join models m on m.lab_id = s.lab_id and m.id = s.model_id and ${mixed}
    where s.lab_id = ${labId} and s.definition is not null and s.model_id is not null
    group by s.definition having count(distinct s.model_id) > 1
    order by max(m.created_at) desc, s.definition limit ${limit}`);
  return rows.map(({ definition }) => definition);
}

/** The definitions of a soup or ensemble, and of those that were made in the same repeat of the same run: that one first. */
export async function definitionsBeside(tx: Tx, labId: string, modelId: string, limit: number): Promise<string[]> {
  const { rows } = await tx.execute<{ definition: string }>(sql`
    select s.definition from steps own
    join steps s on s.lab_id = own.lab_id and s.run_id = own.run_id and s.repeat = own.repeat
    join models m on m.lab_id = s.lab_id and m.id = s.model_id and ${mixed}
    where own.lab_id = ${labId} and own.model_id = ${modelId} and own.definition is not null and s.definition is not null
    group by s.definition
    order by bool_or(s.model_id = own.model_id) desc, min(s.position), s.definition limit ${limit}`);
  return rows.map(({ definition }) => definition);
}

/** The models of these definitions in every run and repeat; the newest runs first, at most `limit`. */
export async function modelsOfDefinitions(
  tx: Tx,
  labId: string,
  definitions: readonly string[],
  limit: number,
): Promise<RepeatedModel[]> {
  const { rows } = await tx.execute<RepeatedModel>(sql`
    select s.definition, s.model_id as "modelId", m.kind, m.name, s.run_id as "runId", s.repeat
    from steps s join models m on m.lab_id = s.lab_id and m.id = s.model_id
    where s.lab_id = ${labId} and s.definition = any(${sql.param(definitions)}::text[]) and s.model_id is not null
    order by s.run_id desc, s.repeat, s.position limit ${limit}`);
  return rows;
}

export interface PoolMember extends Record<string, unknown> {
  /** The soup or ensemble. */
  readonly modelId: string;
  readonly candidateId: string;
}

/** The ingredients that each of these soups and ensembles was made, or might have been made, of. */
export async function poolsOf(tx: Tx, labId: string, modelIds: readonly string[]): Promise<PoolMember[]> {
  const { rows } = await tx.execute<PoolMember>(sql`
    select p.child_id as "modelId", p.parent_id as "candidateId"
    from model_parents p join models m on m.lab_id = p.lab_id and m.id = p.parent_id and m.kind = 'ingredient'
    where p.lab_id = ${labId} and p.child_id = any(${sql.param(modelIds)}::text[])
    order by p.child_id, m.created_at, p.parent_id`);
  return rows;
}
