import type { SoupCertificate } from '../certificate.js';
import { certifyInputs } from './certify-inputs.js';
import { openIngredients } from './ingredients.js';
import { type MixOptions, type MixOrder, measuredOf, mixTensors, resolveOrder } from './mix-tensors.js';
import { type MixtureShares, mixtureShares } from './mixture-shares.js';
import { tiedWeights } from './tied-weights.js';
import { workforceFor } from './workforce.js';

/** What follows from the inputs of a soup. */
export interface HashedSoup extends MixtureShares {
  readonly tensors: SoupCertificate['tensors'];
}

/**
 * The hashes that the tensors of a soup have, and what each input counts in it, without writing it.
 *
 * @throws as `writeSoup`
 */
export async function hashSoup(order: MixOrder, options: MixOptions = {}): Promise<HashedSoup> {
  const { method, parameters, mix, seed } = resolveOrder(order);
  await using inputs = await openIngredients(order.ingredients, order.base ?? null);
  const tied = await tiedWeights(inputs.all, inputs.types);
  const workforce = options.workforce ?? (await workforceFor(inputs, mix, options.threads));
  try {
    const certified = mix.measured === undefined ? [] : await certifyInputs(inputs, workforce, options);
    await using measured = await measuredOf(order, mix, certified);
    const { tensors, found } = await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured, places: new Map(), running: null },
      workforce,
      options,
    );
    return { tensors, ...mixtureShares(mix, inputs, method.nominal(parameters, inputs.members.length), found) };
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}
