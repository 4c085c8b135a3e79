import { sql } from 'drizzle-orm';
import type { Tx } from '../connect.js';

export interface EnsembleCost extends Record<string, unknown> {
  readonly evaluationId: string;
  readonly members: number;
  /** The sum of the members' on the same benchmark; null where one was not measured. */
  readonly latencyMs: number | null;
  /** Of all their checkpoints. */
  readonly bytes: number;
}

/** What the answers of ensembles cost, by their evaluations: an ensemble runs no network itself, its members did. */
export async function ensembleCosts(tx: Tx, labId: string, evaluationIds: readonly string[]): Promise<EnsembleCost[]> {
  const result = await tx.execute<EnsembleCost>(sql`
    select e.id as "evaluationId", count(*)::int as members, sum(a.bytes)::float8 as bytes,
           case when count(m.latency_ms) = count(*) then sum(m.latency_ms) end as "latencyMs"
    from evaluations e
    join model_parents p on p.lab_id = e.lab_id and p.child_id = e.model_id and p.coefficient is distinct from 0
    join models parent on parent.lab_id = p.lab_id and parent.id = p.parent_id
    join artifacts a on a.lab_id = parent.lab_id and a.id = parent.artifact_id
    left join evaluations m on m.lab_id = e.lab_id and m.model_id = p.parent_id and m.benchmark_id = e.benchmark_id
    where e.lab_id = ${labId} and e.id = any(${sql.param(evaluationIds)}::text[])
    group by e.id`);
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
