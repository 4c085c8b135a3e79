import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadEvaluations } from './load.js';
import { type Evaluation, getEvaluationInput } from './types.js';

/** An evaluation by its id. */
export const get = defineVerb({
  name: 'evaluations.get',
  effect: 'read',
  policy: reader(labOf('evaluation', 'evaluations', (input: { id: string }) => input.id)),
  input: getEvaluationInput,
  async run(tx, ctx: LabGrant, input): Promise<Evaluation> {
    const [found] = await loadEvaluations(tx, ctx.lab.id, { ids: [input.id] });
    if (found === undefined) throw notFound('evaluation');
    return found;
  },
});
