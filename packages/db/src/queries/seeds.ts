import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

export interface SeedSibling extends Record<string, unknown> {
  readonly modelId: string;
  readonly siblingId: string;
  readonly seed: number;
}

/**
 * For each of the ingredients those that differ from it in the seed alone, itself among them: the same algorithm and
 * hyperparameters, trained from the same models on the same data set. By seed, at most `each` for one ingredient.
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
  // Hyperparameters name a split; of which data set, the step says. Every run that made or reused a model had the same one.
  const datasetOf = (model: 'w.id' | 's.id') =>
    sql`(select d.dataset_id from steps t
         join steps d on d.lab_id = t.lab_id and d.run_id = t.run_id and d.step_id = t.inputs -> 'dataset' -> 0 ->> 'step'
         where t.lab_id = ${labId} and t.model_id = ${sql.raw(model)} order by t.id limit 1)`;
  const result = await tx.execute<SeedSibling>(sql`
    select w.id as "modelId", sibling.id as "siblingId", sibling.seed
    from (select w.*, ${parentsOf('w.id')} as parents, ${datasetOf('w.id')} as dataset from ingredients w
          where w.lab_id = ${labId} and w.id = any(${sql.param(modelIds)}::text[])) w
    cross join lateral (
      select s.id, s.seed::float8 as seed from model_parents q
      join ingredients s on s.lab_id = ${labId} and s.id = q.child_id
        and s.algorithm = w.algorithm and s.hyperparameters = w.hyperparameters
      where q.lab_id = ${labId} and q.parent_id = w.parents[1]
        and ${parentsOf('s.id')} = w.parents and ${datasetOf('s.id')} is not distinct from w.dataset
      order by s.seed, s.id limit ${each}) sibling
    order by w.id, sibling.seed, sibling.id`);
  return result.rows;
}
