import type { SoupCertificate } from '../certificate.js';
import { certifyInputs } from './certify-inputs.js';
import { openIngredients } from './ingredients.js';
import { type MixOptions, type MixOrder, measuredOf, mixTensors, resolveOrder } from './mix-tensors.js';
import { tiedWeights } from './tied-weights.js';
import { workforceFor } from './workforce.js';

/**
 * The hashes that the tensors of a soup have, without writing it.
 *
 * @throws as `writeSoup`
 */
export async function hashSoup(order: MixOrder, options: MixOptions = {}): Promise<SoupCertificate['tensors']> {
  const { parameters, mix, seed } = resolveOrder(order);
  await using inputs = await openIngredients(order.ingredients, order.base ?? null);
  const tied = await tiedWeights(inputs.all, inputs.types);
  const workforce = options.workforce ?? (await workforceFor(inputs, mix, options.threads));
  try {
    const certified = mix.measured === undefined ? [] : await certifyInputs(inputs, workforce, options);
    await using measured = await measuredOf(order, mix, certified);
    return await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured, places: new Map(), running: null },
      workforce,
      options,
    );
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}
