import { newId, now, plusOne, workers } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { system } from '../verb/policy.js';
import { registerWorkerInput, type WorkerLease } from './types.js';

/** Gives an executor a lease. If it had one (it crashed, or a copy of it still runs), that one is over. */
export const register = defineVerb({
  name: 'workers.register',
  effect: 'write',
  policy: system,
  input: registerWorkerInput,
  async run(tx, _ctx, input): Promise<WorkerLease> {
    const { hostname, device, slots } = input;
    const [row] = await tx
      .insert(workers)
      .values({ id: newId('wrk'), ...input })
      .onConflictDoUpdate({
        target: workers.executorId,
        set: { hostname, device, slots, status: 'alive', heartbeatAt: now(), leaseEpoch: plusOne(workers.leaseEpoch) },
      })
      .returning({ workerId: workers.id, epoch: workers.leaseEpoch });
    if (row === undefined) throw new Error('The worker was not stored.');
    return row;
  },
  audit: (input, lease) => ({ object: lease.workerId, details: { executorId: input.executorId, epoch: lease.epoch } }),
});
