import { asc, workers } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { installation } from '../verb/policy.js';
import { listWorkersInput, type Worker } from './types.js';

/** All workers that ever registered, by executor id. */
export const list = defineVerb({
  name: 'workers.list',
  effect: 'read',
  policy: installation,
  input: listWorkersInput,
  run: (tx): Promise<readonly Worker[]> =>
    tx
      .select({
        id: workers.id,
        executorId: workers.executorId,
        hostname: workers.hostname,
        device: workers.device,
        slots: workers.slots,
        status: workers.status,
        heartbeatAt: workers.heartbeatAt,
      })
      .from(workers)
      .orderBy(asc(workers.executorId)),
});
