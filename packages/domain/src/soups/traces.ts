import { type GreedyRound, manyModelsInput } from '../models/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadTraces } from './load.js';

/** How soups and ensembles of one lab were chosen, by id, for loaders; what nobody searched for is left out. */
export const traces = defineVerb({
  name: 'soups.traces',
  effect: 'read',
  policy: reader(inLab()),
  input: manyModelsInput,
  run: (tx, ctx: LabGrant, { ids }): Promise<ReadonlyMap<string, readonly GreedyRound[]>> =>
    ids.length === 0 ? Promise.resolve(new Map()) : loadTraces(tx, ctx.lab.id, ids),
});
