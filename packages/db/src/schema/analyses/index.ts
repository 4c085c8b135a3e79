import { type SQL, sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core';
import { artifacts } from '../artifacts/artifacts.js';
import { benchmarks } from '../benchmarks/index.js';
import { createdAt, idCheck, labId, lengthCheck, sha256Check, tenantPolicy } from '../columns.js';
import { labs } from '../labs/labs.js';
import { models } from '../models/models.js';
import { runs } from '../runs/runs.js';

/** The engine's table of documents, by name. No CHECK repeats it: the document itself must say the same kind. */
export const ANALYSIS_KINDS = [
  'barrier',
  'barriers',
  'ternary',
  'contribution',
  'marginal',
  'diversity',
  'weights',
  'soup-versus-ensemble',
  'compare',
  'why',
  'what-if',
] as const;
export type AnalysisKind = (typeof ANALYSIS_KINDS)[number];

/**
 * The document of an analysis that needed networks or files of weights. `kind` is its name in the engine's table of documents, by whose
 * schema it was parsed before it was stored. `benchmarkId` is where mixtures were scored; null for analyses of weights alone. `soupId` is
 * the soup whose search was looked at; null for analyses of no search. `runId` is
 * the run that first made it; other runs that reached the same step key point at the same row. `examined` and `evaluations` are of the
 * document, so that lists need not read documents of megabytes; null in those that have none.
 */
export const analyses = pgTable(
  'analyses',
  {
    labId: labId().references(() => labs.id),
    id: text().notNull().unique(),
    name: text().notNull(),
    kind: text({ enum: ANALYSIS_KINDS }).notNull(),
    benchmarkId: text(),
    soupId: text(),
    document: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    examined: jsonb().generatedAlwaysAs((): SQL => sql`${analyses.document} -> 'examined'`),
    evaluations: jsonb().generatedAlwaysAs((): SQL => sql`${analyses.document} -> 'evaluations'`),
    artifactId: text().notNull(),
    stepKey: text().notNull(),
    runId: text(),
    createdAt: createdAt(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.id] }),
    unique('analyses_step_key').on(table.labId, table.stepKey),
    foreignKey({
      name: 'analyses_benchmark',
      columns: [table.labId, table.benchmarkId],
      foreignColumns: [benchmarks.labId, benchmarks.id],
    }),
    foreignKey({
      name: 'analyses_soup',
      columns: [table.labId, table.soupId],
      foreignColumns: [models.labId, models.id],
    }),
    foreignKey({
      name: 'analyses_artifact',
      columns: [table.labId, table.artifactId],
      foreignColumns: [artifacts.labId, artifacts.id],
    }),
    foreignKey({ name: 'analyses_run', columns: [table.labId, table.runId], foreignColumns: [runs.labId, runs.id] }),
    index('analyses_by_time').on(table.labId, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst()),
    index('analyses_by_soup').on(table.labId, table.soupId).where(sql`soup_id is not null`),
    idCheck('analyses_id', table.id, ['ana']),
    lengthCheck('analyses_name', table.name, 200),
    lengthCheck('analyses_kind', table.kind, 64),
    sha256Check('analyses_step_key_format', table.stepKey),
    // Not distinct: a document without the field would make a plain comparison null, which a check lets pass.
    check('analyses_document', sql`${table.document} ->> 'analysis' is not distinct from ${table.kind}`),
    tenantPolicy('analyses', table.labId),
  ],
);

/** The models that an analysis is about, in the order of its document and by its names: it may call snapshots of one training by names of their own. */
export const analysisModels = pgTable(
  'analysis_models',
  {
    labId: labId(),
    analysisId: text().notNull(),
    position: integer().notNull(),
    modelId: text().notNull(),
    name: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.labId, table.analysisId, table.position] }),
    foreignKey({
      name: 'analysis_models_analysis',
      columns: [table.labId, table.analysisId],
      foreignColumns: [analyses.labId, analyses.id],
    }),
    foreignKey({
      name: 'analysis_models_model',
      columns: [table.labId, table.modelId],
      foreignColumns: [models.labId, models.id],
    }),
    index('analysis_models_by_model').on(table.labId, table.modelId, table.analysisId),
    lengthCheck('analysis_models_name', table.name, 400),
    check('analysis_models_position', sql`${table.position} >= 0`),
    tenantPolicy('analysis_models', table.labId),
  ],
);
