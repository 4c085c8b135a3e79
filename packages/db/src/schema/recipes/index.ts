import { index, pgEnum, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { users } from '../auth/users.js';
import { createdAt, idCheck, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';

export const RECIPE_FORMATS = ['yaml', 'json'] as const;
export type RecipeFormat = (typeof RECIPE_FORMATS)[number];
export const recipeFormat = pgEnum('recipe_format', RECIPE_FORMATS);

/** A recipe as its author wrote it, comments and all. `textHash` is the SHA-256 of the text. */
export const recipes = pgTable(
  'recipes',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    name: text().notNull(),
    format: recipeFormat().notNull(),
    text: text().notNull(),
    textHash: text().notNull(),
    createdBy: text().references(() => users.id, { onDelete: 'set null' }),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    index('recipes_by_hash').on(table.labId, table.textHash),
    idCheck('recipes_id', table.id, ['recipe']),
    lengthCheck('recipes_name', table.name, 200),
    lengthCheck('recipes_text', table.text, 1_000_000),
    sha256Check('recipes_text_hash', table.textHash),
    tenantPolicy('recipes', table.labId),
  ],
);
