import { and, eq, evaluations } from '@stockpot/db';
import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { type Correctness, correctnessInput } from './types.js';

/** Which examples an evaluation got right: for paired tests between models on the same benchmark. */
export const correctness = defineVerb({
  name: 'evaluations.correctness',
  effect: 'read',
  policy: reader(labOf('evaluation', 'evaluations', (input: { id: string }) => input.id)),
  input: correctnessInput,
  async run(tx, ctx: LabGrant, input): Promise<Correctness> {
    const [found] = await tx
      .select({ evaluationId: evaluations.id, examples: evaluations.examples, bits: evaluations.correct })
      .from(evaluations)
      .where(and(eq(evaluations.labId, ctx.lab.id), eq(evaluations.id, input.id)));
    if (found === undefined) throw notFound('evaluation');
    return found;
  },
});
