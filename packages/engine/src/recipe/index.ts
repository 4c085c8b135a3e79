export { compilePlan } from './compile.js';
export { deviceClassOf } from './device-class.js';
export { formatIssue, RecipeError, type RecipeIssue } from './issues.js';
export { recipeJsonSchema } from './json-schema.js';
export * from './parameters.js';
export { MAX_RECIPE_BYTES, parseRecipe } from './parse.js';
export * from './plan.js';
export { MAX_INGREDIENTS, type Recipe } from './schema.js';
export { NUMERICS_VERSION, stepKey } from './step-key.js';
