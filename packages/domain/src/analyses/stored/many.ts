import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { loadAnalyses } from './load.js';
import { type Analysis, manyAnalysesInput } from './types.js';

/** Analyses of one lab by id, for loaders; ids that are not there are left out. */
export const many = defineVerb({
  name: 'analyses.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyAnalysesInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Analysis[]> => loadAnalyses(tx, ctx.lab.id, input.ids),
});
