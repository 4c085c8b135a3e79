import {
  and,
  artifacts,
  ensembles,
  eq,
  inArray,
  ingredients,
  models,
  type SQL,
  soups,
  stocks,
  type Tx,
} from '@stockpot/db';
import type { Model } from './types.js';

/** What a condition of `loadModels` may speak of. */
export interface ModelPage {
  readonly where?: SQL | undefined;
  readonly orderBy?: readonly SQL[];
  readonly limit?: number;
}

/** Models of one lab with what their class adds, in one statement. Without an order they come in no particular one. */
export async function loadModels(tx: Tx, labId: string, page: ModelPage): Promise<Model[]> {
  const rows = await tx
    .select({
      model: models,
      artifact: { hash: artifacts.hash, bytes: artifacts.bytes, mediaType: artifacts.mediaType },
      stock: stocks,
      ingredient: ingredients,
      soup: soups,
      ensemble: ensembles,
    })
    .from(models)
    .innerJoin(artifacts, and(eq(artifacts.labId, models.labId), eq(artifacts.id, models.artifactId)))
    .leftJoin(stocks, and(eq(stocks.labId, models.labId), eq(stocks.id, models.id)))
    .leftJoin(ingredients, and(eq(ingredients.labId, models.labId), eq(ingredients.id, models.id)))
    .leftJoin(soups, and(eq(soups.labId, models.labId), eq(soups.id, models.id)))
    .leftJoin(ensembles, and(eq(ensembles.labId, models.labId), eq(ensembles.id, models.id)))
    .where(and(eq(models.labId, labId), page.where))
    .orderBy(...(page.orderBy ?? []))
    .limit(page.limit ?? 10_000);
  return rows.map(toModel);
}

/** Models by id, in the order asked for; ids that are not there are left out. */
export async function loadModelsById(tx: Tx, labId: string, ids: readonly string[]): Promise<Model[]> {
  if (ids.length === 0) return [];
  const found = new Map<string, Model>();
  for (const model of await loadModels(tx, labId, { where: inArray(models.id, [...new Set(ids)]) })) {
    found.set(model.id, model);
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}

interface Row {
  model: typeof models.$inferSelect;
  artifact: { hash: string; bytes: number; mediaType: string };
  stock: typeof stocks.$inferSelect | null;
  ingredient: typeof ingredients.$inferSelect | null;
  soup: typeof soups.$inferSelect | null;
  ensemble: typeof ensembles.$inferSelect | null;
}

function toModel({ model, artifact, stock, ingredient, soup, ensemble }: Row): Model {
  const { id, labId, name, createdAt, parameterCount, stepKey, runId } = model;
  const common = { id, labId, name, createdAt, parameterCount, artifact, stepKey, runId };
  if (stock !== null) {
    return { ...common, kind: 'stock', architecture: stock.architecture, hyperparameters: stock.hyperparameters };
  }
  if (ingredient !== null) {
    const { algorithm, hyperparameters, seed } = ingredient;
    return { ...common, kind: 'ingredient', algorithm, hyperparameters, seed };
  }
  if (soup !== null) {
    const { method, parameters, mixing, acceptRule, selectionBenchmarkId } = soup;
    return {
      ...common,
      kind: 'soup',
      method,
      parameters,
      mixing,
      acceptRule: ruleOf(acceptRule),
      selectionBenchmarkId,
    };
  }
  if (ensemble !== null) {
    const { method, acceptRule, selectionBenchmarkId } = ensemble;
    return { ...common, kind: 'ensemble', method, acceptRule: ruleOf(acceptRule), selectionBenchmarkId };
  }
  throw new Error(`The model ${id} has no row of its kind ${model.kind}.`);
}

function ruleOf(stored: string | null): '>=' | '>' | null {
  return stored === '>=' || stored === '>' ? stored : null;
}
