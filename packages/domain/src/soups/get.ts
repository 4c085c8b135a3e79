import { notFound } from '../errors.js';
import { getModelInput, type SoupDetail } from '../models/types.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadSoups } from './load.js';

/** A soup with its coefficients, the trace of how it was chosen, its stock and the ensemble it stands against. */
export const get = defineVerb({
  name: 'soups.get',
  effect: 'read',
  policy: reader(labOf('soup', 'models', (input: { id: string }) => input.id)),
  input: getModelInput,
  async run(tx, ctx: LabGrant, input): Promise<SoupDetail> {
    const [soup] = await loadSoups(tx, ctx.lab.id, [input.id]);
    if (soup === undefined) throw notFound('soup');
    return soup;
  },
});
