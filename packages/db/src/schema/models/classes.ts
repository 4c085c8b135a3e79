import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import { benchmarks } from '../benchmarks/index.js';
import { labId, tenantPolicy } from '../columns.js';
import { modelKind, models } from './models.js';

type Document = Record<string, unknown>;

/** A pre-trained model. Architecture and hyperparameters are the documents the engine wrote, shown and not interpreted. */
export const stocks = pgTable(
  'stocks',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('stock'),
    architecture: jsonb().$type<Document>().notNull(),
    hyperparameters: jsonb().$type<Document>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('stocks_kind', sql`${table.kind} = 'stock'`),
    foreignKey({
      name: 'stocks_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    tenantPolicy('stocks', table.labId),
  ],
);

/** A checkpoint fine-tuned from a stock or from another ingredient (its parent in `model_parents`). */
export const ingredients = pgTable(
  'ingredients',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('ingredient'),
    algorithm: text().notNull(),
    hyperparameters: jsonb().$type<Document>().notNull(),
    seed: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('ingredients_kind', sql`${table.kind} = 'ingredient'`),
    foreignKey({
      name: 'ingredients_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    tenantPolicy('ingredients', table.labId),
  ],
);

/**
 * A checkpoint mixed from other models. A greedy soup was chosen on a selection benchmark: `selectionBenchmarkId`, its
 * n in `selectionN`, and the rule that accepted candidates ('>=' or '>').
 */
export const soups = pgTable(
  'soups',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('soup'),
    method: text().notNull(),
    parameters: jsonb().$type<Document>().notNull(),
    acceptRule: text(),
    selectionBenchmarkId: text(),
    selectionN: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('soups_kind', sql`${table.kind} = 'soup'`),
    check('soups_accept_rule', sql`${table.acceptRule} in ('>=', '>')`),
    check('soups_selection', sql`(${table.selectionBenchmarkId} is null) = (${table.selectionN} is null)`),
    check('soups_selection_n', sql`${table.selectionN} > 0`),
    foreignKey({
      name: 'soups_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    foreignKey({
      name: 'soups_selection_benchmark',
      columns: [table.labId, table.selectionBenchmarkId],
      foreignColumns: [benchmarks.labId, benchmarks.id],
    }),
    tenantPolicy('soups', table.labId),
  ],
);

/** The logit average of its parents: a baseline, not a checkpoint (its artifact lists the members). */
export const ensembles = pgTable(
  'ensembles',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('ensemble'),
    method: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('ensembles_kind', sql`${table.kind} = 'ensemble'`),
    foreignKey({
      name: 'ensembles_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    tenantPolicy('ensembles', table.labId),
  ],
);

/**
 * How much of each ingredient is in the soup, in the soup's own order. Convex mixtures only, for now: every coefficient
 * in [0, 1]. That they sum to 1 is checked when the rows are written (a CHECK sees one row).
 */
export const soupCoefficients = pgTable(
  'soup_coefficients',
  {
    labId: labId(),
    soupId: text().notNull(),
    position: integer().notNull(),
    ingredientId: text().notNull(),
    coefficient: doublePrecision().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.soupId, table.position] }),
    foreignKey({
      name: 'soup_coefficients_soup',
      columns: [table.labId, table.soupId],
      foreignColumns: [soups.labId, soups.id],
    }),
    foreignKey({
      name: 'soup_coefficients_ingredient',
      columns: [table.labId, table.ingredientId],
      foreignColumns: [models.labId, models.id],
    }),
    check('soup_coefficients_position', sql`${table.position} >= 0`),
    check('soup_coefficients_range', sql`${table.coefficient} between 0 and 1`),
    tenantPolicy('soup_coefficients', table.labId),
  ],
);

/**
 * One candidate of the greedy recipe: its score on the selection benchmark if added, the best score before the decision
 * became final, and the decision. `members` counts the ingredients in the soup after the round.
 */
export const soupTrace = pgTable(
  'soup_trace',
  {
    labId: labId(),
    soupId: text().notNull(),
    round: integer().notNull(),
    candidateId: text().notNull(),
    score: doublePrecision().notNull(),
    best: doublePrecision().notNull(),
    accepted: boolean().notNull(),
    members: integer().notNull(),
    n: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.soupId, table.round] }),
    foreignKey({
      name: 'soup_trace_soup',
      columns: [table.labId, table.soupId],
      foreignColumns: [soups.labId, soups.id],
    }),
    foreignKey({
      name: 'soup_trace_candidate',
      columns: [table.labId, table.candidateId],
      foreignColumns: [models.labId, models.id],
    }),
    check('soup_trace_round', sql`${table.round} >= 0`),
    check('soup_trace_scores', sql`${table.score} between 0 and 1 and ${table.best} between 0 and 1`),
    check('soup_trace_members', sql`${table.members} > 0`),
    check('soup_trace_n', sql`${table.n} > 0`),
    tenantPolicy('soup_trace', table.labId),
  ],
);
