import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { loadDocuments } from './load.js';
import { documentsInput, type StoredDocument } from './types.js';

/** The documents of analyses of one lab, for loaders; ids that are not there are left out. */
export const documents = defineVerb({
  name: 'analyses.documents',
  effect: 'read',
  policy: reader(inLab()),
  input: documentsInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly StoredDocument[]> => loadDocuments(tx, ctx.lab.id, input.ids),
});
