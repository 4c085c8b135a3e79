import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadModelsById } from './load.js';
import { getModelInput, type Model } from './types.js';

/** A stock, an ingredient, a soup or an ensemble by its id. */
export const get = defineVerb({
  name: 'models.get',
  effect: 'read',
  policy: reader(labOf('model', 'models', (input: { id: string }) => input.id)),
  input: getModelInput,
  async run(tx, ctx: LabGrant, input): Promise<Model> {
    const [model] = await loadModelsById(tx, ctx.lab.id, [input.id]);
    if (model === undefined) throw notFound('model');
    return model;
  },
});
