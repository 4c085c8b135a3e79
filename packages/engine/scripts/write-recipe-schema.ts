import { mkdirSync, writeFileSync } from 'node:fs';
import { recipeJsonSchema } from '../src/recipe/json-schema.js';

const file = new URL('../../../docs/recipe.schema.json', import.meta.url);
mkdirSync(new URL('.', file), { recursive: true });
writeFileSync(file, `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`);
