import { defineVerb } from '../verb/define-verb.js';
import { type WorkerLabGrant, workerOnRun } from '../verb/policy.js';
import { findStepResult } from './results.js';
import { type FoundResult, findResultInput } from './types.js';

/** What a step of this key gave before in the lab of the run; null when none did. The caller verifies the blobs. */
export const findResult = defineVerb({
  name: 'steps.findResult',
  effect: 'read',
  policy: workerOnRun(),
  input: findResultInput,
  run: (tx, ctx: WorkerLabGrant, input): Promise<FoundResult | null> => findStepResult(tx, ctx.labId, input.key),
});
