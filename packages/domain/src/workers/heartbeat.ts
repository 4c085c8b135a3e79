import { and, eq, inArray, isNotNull, now, runs, workers } from '@stockpot/db';
import { StaleLeaseError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { leaseHolder, type WorkerGrant } from '../verb/policy.js';
import { type Heartbeat, heartbeatInput } from './types.js';

/** Keeps the lease, by the database's clock, and says which runs were asked to stop. */
export const heartbeat = defineVerb({
  name: 'workers.heartbeat',
  effect: 'telemetry',
  policy: leaseHolder,
  input: heartbeatInput,
  async run(tx, ctx: WorkerGrant): Promise<Heartbeat> {
    const { id, epoch } = ctx.worker;
    const kept = await tx
      .update(workers)
      .set({ heartbeatAt: now() })
      .where(and(eq(workers.id, id), eq(workers.leaseEpoch, epoch), eq(workers.status, 'alive')))
      .returning({ id: workers.id });
    if (kept.length === 0) throw new StaleLeaseError();
    const rows = await tx
      .select({ id: runs.id })
      .from(runs)
      .where(and(inArray(runs.status, ['queued', 'running']), isNotNull(runs.cancelRequestedAt)));
    return { cancelRequested: rows.map((row) => row.id) };
  },
});
