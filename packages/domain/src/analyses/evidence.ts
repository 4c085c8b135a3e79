import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadEvidence } from './load-evidence.js';
import { evidenceInput, type SoupEvidence } from './types.js';

/** What is stored about how soups of one lab were chosen, for loaders; soups that nothing chose are left out. */
export const evidence = defineVerb({
  name: 'analyses.evidence',
  effect: 'read',
  policy: reader(inLab()),
  input: evidenceInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly SoupEvidence[]> => loadEvidence(tx, ctx.lab.id, input.ids),
});
