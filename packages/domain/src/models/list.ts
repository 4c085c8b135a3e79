import type { Page } from '../page.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { pageOfModels } from './page.js';
import { listModelsInput, type Model } from './types.js';

/** A lab's models of one kind, newest first. */
export const list = defineVerb({
  name: 'models.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listModelsInput,
  run: (tx, ctx: LabGrant, input): Promise<Page<Model>> => pageOfModels(tx, ctx.lab.id, input),
});
