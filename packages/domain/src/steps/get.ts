import { eq, steps } from '@stockpot/db';
import { notFound } from '../errors.js';
import { loadSteps } from '../runs/load-steps.js';
import { getStepInput, type Step } from '../runs/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';

/** A step by its row id. */
export const get = defineVerb({
  name: 'steps.get',
  effect: 'read',
  policy: reader(labOf('step', 'steps', (input: { id: string }) => input.id)),
  input: getStepInput,
  async run(tx, ctx: LabGrant, input): Promise<Step> {
    const [step] = await loadSteps(tx, ctx.lab.id, eq(steps.id, input.id));
    if (step === undefined) throw notFound('step');
    return step;
  },
});
