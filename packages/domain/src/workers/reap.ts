import { and, eq, inArray, longerAgoThan, plusOne, tryLock, workers } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { installation } from '../verb/policy.js';
import { type Reaped, reapInput } from './types.js';

/**
 * Ends the leases of workers that have not been heard of for so long, by the database's clock. A write that such a worker
 * is committing this moment is waited for; every later one is refused. One reaper at a time: a second finds nothing.
 */
export const reap = defineVerb({
  name: 'workers.reap',
  effect: 'write',
  policy: installation,
  input: reapInput,
  async run(tx, _ctx, input): Promise<Reaped> {
    if (!(await tryLock(tx, 'reaper'))) return { executorIds: [] };
    const silent = await tx
      .select({ id: workers.id })
      .from(workers)
      .where(and(eq(workers.status, 'alive'), longerAgoThan(workers.heartbeatAt, input.deadAfterSeconds)))
      .orderBy(workers.id)
      .for('update');
    if (silent.length === 0) return { executorIds: [] };
    const dead = await tx
      .update(workers)
      .set({ status: 'dead', leaseEpoch: plusOne(workers.leaseEpoch) })
      .where(
        inArray(
          workers.id,
          silent.map((row) => row.id),
        ),
      )
      .returning({ executorId: workers.executorId });
    return { executorIds: dead.map((row) => row.executorId) };
  },
  audit: (input, output) =>
    output.executorIds.length === 0
      ? null
      : { object: null, details: { executorIds: output.executorIds, deadAfterSeconds: input.deadAfterSeconds } },
});
