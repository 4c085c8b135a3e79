import { sql } from 'drizzle-orm';
import { check, doublePrecision, foreignKey, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { finiteCheck, labId, tenantPolicy } from '../columns.js';
import { splits } from '../datasets/splits.js';
import { models } from './models.js';

/**
 * The edges of the lineage. `coefficient` is what the parent counts in a mixture; null where the child was trained from the
 * parent, and where it was mixed by no linear combination.
 */
export const modelParents = pgTable(
  'model_parents',
  {
    labId: labId(),
    childId: text().notNull(),
    parentId: text().notNull(),
    coefficient: doublePrecision(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.childId, table.parentId] }),
    foreignKey({
      name: 'model_parents_child',
      columns: [table.labId, table.childId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'model_parents_parent',
      columns: [table.labId, table.parentId],
      foreignColumns: [models.labId, models.id],
    }),
    index('model_parents_children').on(table.labId, table.parentId),
    check('model_parents_not_itself', sql`${table.childId} <> ${table.parentId}`),
    finiteCheck('model_parents_coefficient', table.coefficient),
    tenantPolicy('model_parents', table.labId),
  ],
);

/**
 * The splits that choices in a model's lineage were made on. Scores on them flatter the model: they are labelled and never
 * rank. Written with the model (its own selection split and all its parents'), never changed.
 */
export const spentSplits = pgTable(
  'spent_splits',
  {
    labId: labId(),
    modelId: text().notNull(),
    splitId: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.modelId, table.splitId] }),
    foreignKey({
      name: 'spent_splits_model',
      columns: [table.labId, table.modelId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'spent_splits_split',
      columns: [table.labId, table.splitId],
      foreignColumns: [splits.labId, splits.id],
    }),
    tenantPolicy('spent_splits', table.labId),
  ],
);
