import {
  and,
  eq,
  inArray,
  ingredients,
  type ModelKind,
  modelParents,
  models,
  newId,
  notify,
  spentSplits,
  stocks,
  type Tx,
} from '@stockpot/db';
import { z } from 'zod';
import type { produced } from '../types.js';
import { bad, madeBy, output, type Scope } from './scope.js';
import { writeEnsemble, writeSoup } from './soup.js';

type Result = Extract<z.output<typeof produced>, { type: 'model' }>;

const PREFIX = { stock: 'stock', ingredient: 'ingr', soup: 'soup', ensemble: 'ens' } as const;

/** What is imported or aligned was not trained here, and has no seed. */
const trained = z.looseObject({ algorithm: z.string(), seed: z.number().int().min(0).nullable().default(null) });
const architecture = z.record(z.string(), z.unknown());

/** The model of the step's key: a new row with its class, its parents and what its lineage spent; or the row that is there. */
export async function produceModel(scope: Scope, result: Result): Promise<string> {
  const { tx, labId, key, step } = scope;
  const { makes } = step;
  if (makes.type !== 'model' || makes.model !== result.model || makes.name !== result.name) {
    throw bad(scope, `is the ${result.model} ${result.name}, which the plan does not make here`);
  }
  if (!sameSteps(makes.parents, result.parents)) throw bad(scope, 'names other parents than the plan');
  const parentIds = await madeBy(
    scope,
    result.parents.map((parent) => parent.stepId),
    'modelId',
  );
  const kind = makes.model;
  const [row] = await tx
    .insert(models)
    .values({
      labId,
      id: newId(PREFIX[kind]),
      kind,
      name: makes.name,
      artifactId: output(scope, kind === 'ensemble' ? 'members' : 'checkpoint').artifactId,
      stepKey: key,
      parameterCount: await parameterCount(tx, labId, result, parentIds),
      runId: scope.run.id,
    })
    .onConflictDoNothing({ target: [models.labId, models.stepKey] })
    .returning({ id: models.id });
  if (row === undefined) return existing(scope);
  await writeParents(tx, labId, row.id, result, parentIds);
  const selectionSplit = await writeClass(scope, kind, row.id, result, parentIds);
  await writeSpent(tx, labId, row.id, parentIds, selectionSplit);
  await notify(tx, 'stockpot_leaderboard', { labId, modelId: row.id });
  return row.id;
}

function sameSteps(planned: readonly string[], reported: readonly { stepId: string }[]): boolean {
  return planned.length === reported.length && planned.every((name, i) => reported[i]?.stepId === name);
}

/** Told for what was trained; a soup has as many as its ingredients, an ensemble none of its own. */
async function parameterCount(
  tx: Tx,
  labId: string,
  result: Result,
  parentIds: readonly string[],
): Promise<number | null> {
  if (result.model === 'ensemble') return null;
  const told = result.summary.parameters;
  if (typeof told === 'number' && Number.isSafeInteger(told) && told > 0) return told;
  const [first] = parentIds;
  if (result.model !== 'soup' || first === undefined) return null;
  const [parent] = await tx
    .select({ n: models.parameterCount })
    .from(models)
    .where(and(eq(models.labId, labId), eq(models.id, first)));
  return parent?.n ?? null;
}

/** One edge a parent: a model that fills two places of a pool (two draws with one key) counts with both its shares. */
async function writeParents(
  tx: Tx,
  labId: string,
  childId: string,
  result: Result,
  parentIds: readonly string[],
): Promise<void> {
  const edges = new Map<string, number | null>();
  for (const [i, parentId] of parentIds.entries()) {
    const share = result.parents[i]?.coefficient ?? null;
    const sofar = edges.get(parentId);
    edges.set(parentId, sofar === undefined || sofar === null || share === null ? share : sofar + share);
  }
  if (edges.size === 0) return;
  await tx
    .insert(modelParents)
    .values([...edges].map(([parentId, coefficient]) => ({ labId, childId, parentId, coefficient })));
}

/** The row of the model's class. Gives the split it was chosen on, if it was chosen. */
async function writeClass(
  scope: Scope,
  kind: ModelKind,
  id: string,
  result: Result,
  parentIds: readonly string[],
): Promise<string | null> {
  const { tx, labId, step } = scope;
  switch (kind) {
    case 'stock': {
      // What is pre-trained is told its architecture; what is imported tells it.
      const { architecture: shape = result.summary.architecture, ...hyperparameters } = step.parameters;
      await tx.insert(stocks).values({ labId, id, architecture: architecture.parse(shape), hyperparameters });
      return null;
    }
    case 'ingredient': {
      const { algorithm, seed, ...hyperparameters } = trained.parse(step.parameters);
      await tx.insert(ingredients).values({ labId, id, algorithm, seed, hyperparameters });
      return null;
    }
    case 'soup':
      return writeSoup(scope, id, result.summary, parentIds);
    case 'ensemble':
      return writeEnsemble(scope, id, result.summary, parentIds);
  }
}

/** What was spent on a model's parents is spent on it, and so is what it was chosen on itself. */
async function writeSpent(
  tx: Tx,
  labId: string,
  modelId: string,
  parentIds: readonly string[],
  selectionSplit: string | null,
): Promise<void> {
  const inherited =
    parentIds.length === 0
      ? []
      : await tx
          .selectDistinct({ splitId: spentSplits.splitId })
          .from(spentSplits)
          .where(and(eq(spentSplits.labId, labId), inArray(spentSplits.modelId, [...parentIds])));
  const all = new Set(inherited.map((row) => row.splitId));
  if (selectionSplit !== null) all.add(selectionSplit);
  if (all.size === 0) return;
  await tx.insert(spentSplits).values([...all].map((splitId) => ({ labId, modelId, splitId })));
}

async function existing(scope: Scope): Promise<string> {
  const [row] = await scope.tx
    .select({ id: models.id })
    .from(models)
    .where(and(eq(models.labId, scope.labId), eq(models.stepKey, scope.key)));
  if (row === undefined) throw new Error(`The model of the key ${scope.key} is neither new nor there.`);
  return row.id;
}
