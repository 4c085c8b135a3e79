import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

export interface SeedSibling extends Record<string, unknown> {
  readonly modelId: string;
  readonly siblingId: string;
  readonly seed: number;
}

/**
 * For each of the ingredients those that differ from it in the seed alone, itself among them: the same algorithm and
 * hyperparameters, trained from the same models. At most `limit` in all, by seed.
 */
export async function sameButSeed(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
  limit: number,
): Promise<SeedSibling[]> {
  const parentsOf = (child: 'w.id' | 's.id') =>
    sql`(select array_agg(p.parent_id order by p.parent_id) from model_parents p
         where p.lab_id = ${labId} and p.child_id = ${sql.raw(child)})`;
  const result = await tx.execute<SeedSibling>(sql`
    select w.id as "modelId", s.id as "siblingId", s.seed::float8 as seed
    from (select w.*, ${parentsOf('w.id')} as parents from ingredients w
          where w.lab_id = ${labId} and w.id = any(${sql.param(modelIds)}::text[])) w
    join model_parents q on q.lab_id = ${labId} and q.parent_id = w.parents[1]
    join ingredients s on s.lab_id = ${labId} and s.id = q.child_id
      and s.algorithm = w.algorithm and s.hyperparameters = w.hyperparameters
    where ${parentsOf('s.id')} = w.parents
    order by w.id, s.seed, s.id limit ${limit}`);
  return result.rows;
}
