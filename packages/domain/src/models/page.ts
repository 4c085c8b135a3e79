import { and, count, desc, eq, lt, models, or, type Tx } from '@stockpot/db';
import { decodeCursor, encodeCursor, timeCursor, toPage } from '../cursor.js';
import type { Page } from '../page.js';
import { loadModels } from './load.js';
import type { Model, ModelKind } from './types.js';

/** A page of one kind of model, newest first. */
export async function pageOfModels(
  tx: Tx,
  labId: string,
  input: { kind: ModelKind; first: number; after?: string | null | undefined },
): Promise<Page<Model>> {
  const mine = and(eq(models.labId, labId), eq(models.kind, input.kind));
  let where = eq(models.kind, input.kind);
  if (input.after) {
    const [time, id] = decodeCursor(timeCursor, input.after);
    const at = new Date(time);
    where = and(where, or(lt(models.createdAt, at), and(eq(models.createdAt, at), lt(models.id, id)))) ?? where;
  }
  const rows = await loadModels(tx, labId, {
    where,
    orderBy: [desc(models.createdAt), desc(models.id)],
    limit: input.first + 1,
  });
  const [total] = await tx.select({ n: count() }).from(models).where(mine);
  return toPage(rows, input.first, total?.n ?? 0, (model) => encodeCursor([model.createdAt.getTime(), model.id]));
}
