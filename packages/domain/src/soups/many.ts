import { manySoupsInput, type SoupDetail } from '../models/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadSoups } from './load.js';

/** Soups of one lab by id, for loaders; ids that are not soups there are left out. */
export const many = defineVerb({
  name: 'soups.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manySoupsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly SoupDetail[]> => loadSoups(tx, ctx.lab.id, input.ids),
});
