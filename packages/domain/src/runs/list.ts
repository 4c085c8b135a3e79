import { and, count, desc, eq, lt, or, runs } from '@stockpot/db';
import { decodeCursor, encodeCursor, timeCursor, toPage } from '../cursor.js';
import type { Page } from '../page.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadRuns } from './load.js';
import { listRunsInput, type Run } from './types.js';

/** A lab's runs, newest first. */
export const list = defineVerb({
  name: 'runs.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listRunsInput,
  async run(tx, ctx: LabGrant, input): Promise<Page<Run>> {
    const labId = ctx.lab.id;
    const where = input.after ? older(input.after) : undefined;
    const orderBy = [desc(runs.createdAt), desc(runs.id)];
    const rows = await loadRuns(tx, labId, { where, orderBy, limit: input.first + 1 });
    const [total] = await tx.select({ n: count() }).from(runs).where(eq(runs.labId, labId));
    return toPage(rows, input.first, total?.n ?? 0, (run) => encodeCursor([run.createdAt.getTime(), run.id]));
  },
});

function older(cursor: string) {
  const [time, id] = decodeCursor(timeCursor, cursor);
  const at = new Date(time);
  return or(lt(runs.createdAt, at), and(eq(runs.createdAt, at), lt(runs.id, id)));
}
