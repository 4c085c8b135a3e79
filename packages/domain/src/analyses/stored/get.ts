import { notFound } from '../../errors.js';
import { defineVerb } from '../../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../../verb/policy.js';
import { loadAnalyses } from './load.js';
import { type Analysis, getAnalysisInput } from './types.js';

/** An analysis by its id. */
export const get = defineVerb({
  name: 'analyses.get',
  effect: 'read',
  policy: reader(labOf('analysis', 'analyses', (input: { id: string }) => input.id)),
  input: getAnalysisInput,
  async run(tx, ctx: LabGrant, input): Promise<Analysis> {
    const [found] = await loadAnalyses(tx, ctx.lab.id, [input.id]);
    if (found === undefined) throw notFound('analysis');
    return found;
  },
});
