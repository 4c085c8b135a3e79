import { z } from 'zod';
import type { JsonObject } from '../json.js';
import { recipeSchema } from './schema.js';

/**
 * The JSON Schema (draft 2020-12) of the recipe document, for editors and other programs. It says what zod's shape says;
 * names that must exist and roles that must fit are checked by `parseRecipe` alone.
 */
export function recipeJsonSchema(): JsonObject {
  const { $schema, ...schema } = z.toJSONSchema(recipeSchema, { io: 'input', target: 'draft-2020-12', reused: 'ref' });
  const text = JSON.stringify({
    $schema,
    title: 'Stockpot recipe',
    description: 'A stock, ingredients fine-tuned from it, soups mixed from them, and the benchmarks that judge them.',
    ...schema,
  });
  return JSON.parse(text);
}
