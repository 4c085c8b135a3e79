import { inArray, steps } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadSteps } from './load-steps.js';
import { manyRunsInput, type Step } from './types.js';

/** The steps of several runs of one lab, for loaders, each run's in the order of its plan. */
export const stepsOfMany = defineVerb({
  name: 'runs.stepsOfMany',
  effect: 'read',
  policy: reader(inLab()),
  input: manyRunsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Step[]> =>
    loadSteps(tx, ctx.lab.id, inArray(steps.runId, input.ids)),
});
