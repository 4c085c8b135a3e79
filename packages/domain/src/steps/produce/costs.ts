import { and, eq, modelCosts, sql, stepResults } from '@stockpot/db';
import { costsByModel } from '@stockpot/engine/metrics';
import type { z } from 'zod';
import type { produced } from '../types.js';
import { bad, madeBy, type Scope } from './scope.js';

type Result = Extract<z.output<typeof produced>, { type: 'costs' }>;

/**
 * What answers of the plan's models cost: a row each, in the place of an earlier measurement of the same model. A result that is
 * reused is as old as its first run: it takes the place of none that is newer.
 */
export async function produceCosts(scope: Scope, { summary }: Result): Promise<void> {
  const { tx, labId, key, step, run } = scope;
  const { makes } = step;
  if (makes.type !== 'costs') throw bad(scope, 'is a measurement of costs');
  const costs = costsByModel(summary);
  const unknown = [...costs.keys()].find((place) => place >= makes.models.length);
  if (unknown !== undefined) throw bad(scope, `measured a model ${unknown}, and the plan names ${makes.models.length}`);
  const modelIds = await madeBy(scope, makes.models, 'modelId');
  // Two names of a plan may be one model: it is measured once, and a statement may write a row once.
  const documents = new Map(
    modelIds.flatMap((id, place) => (costs.has(place) ? [[id, costs.get(place)] as const] : [])),
  );
  const [measured] = await tx
    .select({ at: stepResults.createdAt })
    .from(stepResults)
    .where(and(eq(stepResults.labId, labId), eq(stepResults.key, key)));
  if (measured === undefined) throw bad(scope, 'has nothing under its key');
  const rows = [...documents].flatMap(([modelId, document]) =>
    document === undefined ? [] : [{ labId, modelId, document, stepKey: key, runId: run.id, createdAt: measured.at }],
  );
  if (rows.length === 0) return;
  await tx
    .insert(modelCosts)
    .values(rows)
    .onConflictDoUpdate({
      target: [modelCosts.labId, modelCosts.modelId],
      setWhere: sql`${modelCosts.createdAt} <= excluded.created_at`,
      set: {
        document: sql`excluded.document`,
        stepKey: sql`excluded.step_key`,
        runId: sql`excluded.run_id`,
        createdAt: sql`excluded.created_at`,
      },
    });
}
