import { encodeSafetensors, openSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import type { Tensor } from '../graph/tensor.js';
import { CLASSES_KEY, HEAD_KEY, STOCK_KEY } from '../models/metadata.js';
import { type Ingredient, SoupError } from '../soups/index.js';
import { inputOf, type StepContext, type StepOutput } from './definition.js';

/**
 * The model that every ingredient began as: the stock with the head on top, as a checkpoint of the ingredients' tensors. It is
 * stored, so that a soup can be cooked again from what its certificate names.
 */
export async function soupBase(context: StepContext): Promise<{ output: StepOutput; base: Ingredient }> {
  const [stock, head] = [inputOf(context, 'base'), inputOf(context, 'head')];
  const [body, top] = [await readSafetensors(stock.path), await readSafetensors(head.path)];
  const tensors = new Map<string, Tensor>();
  for (const name of await tensorNames(inputOf(context, 'ingredients').path)) {
    const tensor = top.tensors.get(name) ?? body.tensors.get(name);
    if (tensor === undefined) {
      throw new SoupError(
        `The ingredients have a tensor ${JSON.stringify(name)} that neither the stock nor its head has.`,
        'Mix them by a method that needs no stock.',
      );
    }
    tensors.set(name, tensor);
  }
  const classes = top.metadata.get(CLASSES_KEY);
  const metadata = {
    ...Object.fromEntries(body.metadata),
    ...(classes === undefined ? {} : { [CLASSES_KEY]: classes }),
    ...{ [STOCK_KEY]: stock.hash, [HEAD_KEY]: head.hash },
  };
  const output = await context.store.put(encodeSafetensors(tensors, metadata), 'application/x-safetensors');
  const base = { name: 'The stock with its head', path: context.store.path(output.hash), hash: output.hash };
  return { output, base };
}

async function tensorNames(path: string): Promise<readonly string[]> {
  const file = await openSafetensors(path);
  try {
    return [...file.entries.keys()];
  } finally {
    await file.close();
  }
}
