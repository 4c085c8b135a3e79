import { analysisQueries } from '@stockpot/db';
import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { loadAnalysesOf } from './load.js';
import { type AnalysesOf, analysesOfInput } from './types.js';

/** The analyses that each of some models is a subject of, oldest first. */
export const ofModels = defineVerb({
  name: 'analyses.ofModels',
  effect: 'read',
  policy: reader(inLab()),
  input: analysesOfInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly AnalysesOf[]> =>
    loadAnalysesOf(tx, ctx.lab.id, analysisQueries.ofModels, input.ids),
});
