import { DBOS } from '@dbos-inc/dbos-sdk';
import { workers } from '@stockpot/domain';
import type { Lease } from './lease.js';
import type { Logger } from './logger.js';
import { pause } from './retry.js';
import { RUNS_QUEUE, STEPS_QUEUE, WORKFLOW_VERSION } from './workflows.js';

export interface ReaperOptions {
  readonly lease: Lease;
  readonly logger: Logger;
  readonly stopping: AbortSignal;
  readonly deadAfterSeconds: number;
}

/**
 * Takes over the work of dead workers. `workers.reap` (under an advisory lock, so that one reaper works at a time) ends
 * the leases of those whose heartbeat stopped; from then on they can write nothing. Their pending workflows go back to
 * the queues. The list is taken from DBOS each time and not from what was reaped just now: a reaper that dies between the
 * two leaves nothing behind that the next one does not find.
 */
export async function reap({ lease, logger, stopping, deadAfterSeconds }: ReaperOptions): Promise<void> {
  const intervalMs = Math.max(500, (deadAfterSeconds * 1000) / 4);
  while (!stopping.aborted) {
    await pause(intervalMs * (0.75 + Math.random() / 2), stopping);
    if (stopping.aborted) return;
    try {
      const { executorIds } = await lease.call(workers.reap, { deadAfterSeconds });
      for (const executorId of executorIds) logger.warn({ executorId }, 'declared dead');
      await resumeOrphans(lease, logger);
    } catch (error) {
      if (!stopping.aborted) logger.warn({ err: error }, 'could not look for dead workers');
    }
  }
}

async function resumeOrphans(lease: Lease, logger: Logger): Promise<void> {
  const pending = await DBOS.listWorkflows({
    status: 'PENDING',
    applicationVersion: WORKFLOW_VERSION,
    loadInput: false,
    loadOutput: false,
  });
  if (pending.length === 0) return;
  const known = await lease.call(workers.list, {});
  const alive = new Set(known.filter((worker) => worker.status === 'alive').map((worker) => worker.executorId));
  for (const { workflowID, workflowName, executorId } of pending) {
    if (executorId === undefined || alive.has(executorId)) continue;
    logger.info({ workflowID, executorId }, 'taking over from a dead worker');
    await DBOS.resumeWorkflow(workflowID, { queueName: workflowName === 'cookRun' ? RUNS_QUEUE : STEPS_QUEUE });
  }
}
