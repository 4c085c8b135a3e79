import { inArray, runs } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadRuns } from './load.js';
import { manyRunsInput, type Run } from './types.js';

/** Runs of one lab by id, for loaders; ids that are not there are left out. */
export const many = defineVerb({
  name: 'runs.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyRunsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Run[]> =>
    loadRuns(tx, ctx.lab.id, { where: inArray(runs.id, input.ids) }),
});
