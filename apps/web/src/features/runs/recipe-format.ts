import type { RecipeFormat } from '@/gql/graphql';

/** Largest document the API takes, in bytes of UTF-8. */
export const LARGEST_RECIPE = 256 * 1024;

/** How a recipe's text is written: JSON begins with a brace, everything else is read as YAML. */
export function recipeFormat(text: string): RecipeFormat {
  return text.trimStart().startsWith('{') ? 'JSON' : 'YAML';
}
