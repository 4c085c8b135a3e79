import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

/** A network that answers for a model: the model itself, or a member of an ensemble. */
export interface AnsweringNetwork extends Record<string, unknown> {
  readonly modelId: string;
  /** Of its checkpoint. */
  readonly bytes: number;
  /** What was measured of it; null where nothing was. */
  readonly cost: unknown;
}

/** The networks that answer for each of the models: an ensemble runs none itself, its members do. */
export async function answeringNetworks(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
): Promise<AnsweringNetwork[]> {
  const result = await tx.execute<AnsweringNetwork>(sql`
    select m.id as "modelId", a.bytes::float8 as bytes, c.document as cost
    from models m
    left join model_parents p
      on p.lab_id = m.lab_id and p.child_id = m.id and m.kind = 'ensemble' and p.coefficient is distinct from 0
    join models network on network.lab_id = m.lab_id and network.id = coalesce(p.parent_id, m.id)
    join artifacts a on a.lab_id = network.lab_id and a.id = network.artifact_id
    left join model_costs c on c.lab_id = network.lab_id and c.model_id = network.id
    where m.lab_id = ${labId} and m.id = any(${sql.param(modelIds)}::text[])`);
  return result.rows;
}

/** How many networks answer for each of the ensembles. */
export async function ensembleMembers(
  tx: Tx,
  labId: string,
  modelIds: readonly string[],
): Promise<Map<string, number>> {
  const result = await tx.execute<{ id: string; members: number }>(sql`
    select p.child_id as id, count(*)::int as members from model_parents p
    where p.lab_id = ${labId} and p.child_id = any(${sql.param(modelIds)}::text[]) and p.coefficient is distinct from 0
    group by p.child_id`);
  return new Map(result.rows.map(({ id, members }) => [id, members]));
}
