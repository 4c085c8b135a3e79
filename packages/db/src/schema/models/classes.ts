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
import { artifacts } from '../artifacts/artifacts.js';
import { benchmarks } from '../benchmarks/index.js';
import { finiteCheck, labId, tenantPolicy } from '../columns.js';
import { modelKind, models } from './models.js';

type Document = Record<string, unknown>;

export const SOUP_MIXINGS = ['linear', 'by tensor', 'nominal'] as const;
export type SoupMixing = (typeof SOUP_MIXINGS)[number];

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

/**
 * A checkpoint fine-tuned from a stock or from another ingredient (its parent in `model_parents`), imported as it is, or aligned
 * with another. What was not trained here has no seed.
 */
export const ingredients = pgTable(
  'ingredients',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('ingredient'),
    algorithm: text().notNull(),
    hyperparameters: jsonb().$type<Document>().notNull(),
    seed: bigint({ mode: 'number' }),
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
 * n in `selectionN`, and the rule that accepted candidates ('>=' or '>'). `mixing` says how its coefficients are to be read:
 * 'linear' (every tensor is their sum), 'by tensor' (each tensor has its own, and these are the mean by size), 'nominal' (no
 * linear combination; weights that were asked for). A method that starts from the stock has it as its base, with what it counts.
 */
export const soups = pgTable(
  'soups',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('soup'),
    method: text().notNull(),
    parameters: jsonb().$type<Document>().notNull(),
    mixing: text({ enum: SOUP_MIXINGS }).notNull().default('linear'),
    baseId: text(),
    baseCoefficient: doublePrecision(),
    certificateId: text(),
    acceptRule: text(),
    selectionBenchmarkId: text(),
    selectionN: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('soups_kind', sql`${table.kind} = 'soup'`),
    check('soups_mixing', sql`${table.mixing} in ('linear', 'by tensor', 'nominal')`),
    check('soups_base', sql`${table.baseCoefficient} is null or ${table.baseId} is not null`),
    finiteCheck('soups_base_coefficient', table.baseCoefficient),
    check('soups_accept_rule', sql`${table.acceptRule} in ('>=', '>')`),
    check('soups_selection', sql`(${table.selectionBenchmarkId} is null) = (${table.selectionN} is null)`),
    check('soups_selection_n', sql`${table.selectionN} > 0`),
    foreignKey({
      name: 'soups_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    foreignKey({
      name: 'soups_base_model',
      columns: [table.labId, table.baseId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'soups_certificate',
      columns: [table.labId, table.certificateId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    foreignKey({
      name: 'soups_selection_benchmark',
      columns: [table.labId, table.selectionBenchmarkId],
      foreignColumns: [benchmarks.labId, benchmarks.id],
    }),
    tenantPolicy('soups', table.labId),
  ],
);

/**
 * The logit average of its parents: a baseline, not a checkpoint (its artifact lists the members). Where its members were chosen it
 * has the rule and the benchmark that they were chosen by.
 */
export const ensembles = pgTable(
  'ensembles',
  {
    labId: labId(),
    id: text().notNull(),
    kind: modelKind().notNull().default('ensemble'),
    method: text().notNull(),
    acceptRule: text(),
    selectionBenchmarkId: text(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    check('ensembles_kind', sql`${table.kind} = 'ensemble'`),
    check('ensembles_accept_rule', sql`${table.acceptRule} in ('>=', '>')`),
    foreignKey({
      name: 'ensembles_model',
      columns: [table.labId, table.id, table.kind],
      foreignColumns: [models.labId, models.id, models.kind],
    }),
    foreignKey({
      name: 'ensembles_selection_benchmark',
      columns: [table.labId, table.selectionBenchmarkId],
      foreignColumns: [benchmarks.labId, benchmarks.id],
    }),
    tenantPolicy('ensembles', table.labId),
  ],
);

/**
 * What each ingredient counts in the soup, in the soup's own order: any finite number, for soups may extrapolate and subtract.
 * `mixing` of the soup says how it is to be read.
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
    finiteCheck('soup_coefficients_finite', table.coefficient),
    tenantPolicy('soup_coefficients', table.labId),
  ],
);

/**
 * One candidate of a search for a soup, or for an ensemble: the score on the selection benchmark with the ingredient added, or without it where
 * `removed`; the best score before the decision became final; and the decision. `members` counts the ingredients in the soup
 * after the round. Trials of one `turn` are decided together, or belong to one pass; null where a search has no turns. `cached`:
 * the score was known from an equal soup.
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
    turn: integer(),
    removed: boolean().notNull().default(false),
    cached: boolean().notNull().default(false),
    members: integer().notNull(),
    n: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.soupId, table.round] }),
    foreignKey({
      name: 'soup_trace_model',
      columns: [table.labId, table.soupId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'soup_trace_candidate',
      columns: [table.labId, table.candidateId],
      foreignColumns: [models.labId, models.id],
    }),
    check('soup_trace_round', sql`${table.round} >= 0`),
    check('soup_trace_scores', sql`${table.score} between 0 and 1 and ${table.best} between 0 and 1`),
    check('soup_trace_turn', sql`${table.turn} >= 0`),
    check('soup_trace_members', sql`${table.members} > 0`),
    check('soup_trace_n', sql`${table.n} > 0`),
    tenantPolicy('soup_trace', table.labId),
  ],
);
