import { analysisQueries } from '@stockpot/db';
import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { loadAnalysesOf } from './load.js';
import { type AnalysesOf, analysesOfInput } from './types.js';

/** The analyses whose subjects all belong to the pool that a soup was mixed from, for each of some soups, oldest first. */
export const ofPools = defineVerb({
  name: 'analyses.ofPools',
  effect: 'read',
  policy: reader(inLab()),
  input: analysesOfInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly AnalysesOf[]> =>
    loadAnalysesOf(tx, ctx.lab.id, analysisQueries.ofPools, input.ids),
});
