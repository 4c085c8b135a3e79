import { asc, eq, inArray, runs, workers } from '@stockpot/db';
import { type QueuedRun, queuedRunsInput } from '../steps/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { worker } from '../verb/policy.js';

/** The runs of all labs that are not over, oldest first: what a dispatcher looks at. */
export const queued = defineVerb({
  name: 'runs.queued',
  effect: 'read',
  policy: worker,
  input: queuedRunsInput,
  async run(tx, _ctx, input): Promise<readonly QueuedRun[]> {
    const rows = await tx
      .select({
        runId: runs.id,
        labId: runs.labId,
        status: runs.status,
        cancelRequestedAt: runs.cancelRequestedAt,
        executorId: workers.executorId,
      })
      .from(runs)
      .leftJoin(workers, eq(workers.id, runs.workerId))
      .where(inArray(runs.status, ['queued', 'running']))
      .orderBy(asc(runs.createdAt), asc(runs.id))
      .limit(input.limit);
    return rows.map(({ cancelRequestedAt, status, ...row }) => ({
      ...row,
      status: status === 'queued' ? 'queued' : 'running',
      cancelRequested: cancelRequestedAt !== null,
    }));
  },
});
