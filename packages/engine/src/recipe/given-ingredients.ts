/** @file Groups of ingredients that are not trained by the recipe: checkpoints that are there already, and models put in another order. */
import { z } from 'zod';
import { alignMethod } from './align-parameters.js';
import { name, object, splitReference } from './fields.js';
import { checkpointSources, contentPin } from './parameters.js';

const splits = (example: string) =>
  z
    .array(splitReference(), { error: `expected a list of splits, such as [${example}]` })
    .min(1, { error: `expected at least one split, such as [${example}]` });

const [npm, path] = checkpointSources;
const pin = { sha256: contentPin.exactOptional() };

const checkpoint = z.union(
  [object('a checkpoint', { ...npm.shape, ...pin }), object('a checkpoint', { ...path.shape, ...pin })],
  {
    error:
      'expected a checkpoint: {path: ./folder-or-file.safetensors} or {npm: package-name, file: model.safetensors}, with `sha256` to pin it',
  },
);

/** Models of somebody's sweep, with heads of their own. */
export const importedGroup = object('a group of imported ingredients', {
  name: name('the name of a group of ingredients'),
  algorithm: z.literal('imported'),
  checkpoints: z
    .array(checkpoint, { error: 'expected a list of checkpoints, such as [{path: ./models/0.safetensors}]' })
    .min(1, { error: 'expected at least one checkpoint, such as {path: ./models/0.safetensors}' })
    .describe('Checkpoints that are there already, each with its head: relative to the recipe, or from npm.'),
  stock: name('the name of a stock')
    .exactOptional()
    .describe(
      "The model that all of them were fine-tuned from: the recipe's stock, or any name for one that is not here. Left out, none is known, and they are mixed only after an alignment.",
    ),
  trained_on: splits('mnist/train')
    .exactOptional()
    .describe('Splits that they learned from with labels; left out, that is not known, and shown so.'),
  seen_unlabelled: splits('mnist/unlabeled')
    .exactOptional()
    .describe('Splits whose images they saw without labels: scores on the same shift are marked.'),
});

/** Models whose units are put in the order in which they come closest to those of another (Git Re-Basin). */
export const alignedGroup = object('a group of aligned ingredients', {
  name: name('the name of a group of ingredients'),
  algorithm: z.literal('aligned'),
  align: z
    .array(name('the name of a group of ingredients, or of one of its models'), {
      error: 'expected a list of groups, such as [theirs]',
    })
    .min(1, { error: 'expected at least one group, such as [theirs]' })
    .describe('Groups of ingredients, or single ones of their models. The reference among them stays as it is.'),
  to: name('the name of an ingredient').describe('The ingredient to come close to. Mix it with this group.'),
  method: alignMethod.default('weights').describe('By what the order is found: the weights themselves.'),
});
