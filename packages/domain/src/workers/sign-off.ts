import { and, eq, plusOne, workers } from '@stockpot/db';
import { StaleLeaseError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { leaseHolder, type WorkerGrant } from '../verb/policy.js';
import { signOffInput } from './types.js';

/** Ends the worker's own lease on an orderly stop: others take its work over at once. */
export const signOff = defineVerb({
  name: 'workers.signOff',
  effect: 'write',
  policy: leaseHolder,
  input: signOffInput,
  async run(tx, ctx: WorkerGrant): Promise<{ readonly workerId: string }> {
    const { id, epoch } = ctx.worker;
    const ended = await tx
      .update(workers)
      .set({ status: 'dead', leaseEpoch: plusOne(workers.leaseEpoch) })
      .where(and(eq(workers.id, id), eq(workers.leaseEpoch, epoch), eq(workers.status, 'alive')))
      .returning({ id: workers.id });
    if (ended.length === 0) throw new StaleLeaseError();
    return { workerId: id };
  },
  audit: (_input, output) => ({ object: output.workerId }),
});
