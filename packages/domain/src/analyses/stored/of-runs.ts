import { analysisQueries } from '@stockpot/db';
import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { loadAnalysesOf } from './load.js';
import { type AnalysesOf, analysesOfInput } from './types.js';

/** What each of some runs made or reused, in the order of its plan. At most 200 each, as everywhere here. */
export const ofRuns = defineVerb({
  name: 'analyses.ofRuns',
  effect: 'read',
  policy: reader(inLab()),
  input: analysesOfInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly AnalysesOf[]> =>
    loadAnalysesOf(tx, ctx.lab.id, analysisQueries.ofRuns, input.ids),
});
