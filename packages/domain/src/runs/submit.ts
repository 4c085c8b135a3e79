import { createHash } from 'node:crypto';
import { and, eq, newId, notify, recipes, runs, type StepMakes, steps, type Tx } from '@stockpot/db';
import {
  compilePlan,
  dependencies,
  type Plan,
  type PlanStep,
  parseRecipe,
  planDefinitions,
  RecipeError,
  repeatOf,
} from '@stockpot/engine/recipe';
import type { Context } from '../context.js';
import { notFound, RecipeRefusedError } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, member, userOf } from '../verb/policy.js';
import { loadRun } from './load.js';
import { type Run, submitRunInput } from './types.js';

/** Rows of one INSERT: a statement takes at most 65,535 parameters. */
const BATCH = 1000;
/** A larger plan is a mistake in a recipe far more often than it is wanted. */
const STEP_LIMIT = 10_000;

/**
 * Compiles a recipe and queues a run of its plan; a worker hears of it when the transaction commits. The same text in the
 * same lab is one recipe, however often it is run. Throws `RecipeRefusedError` with every mistake, having stored nothing.
 */
export const submit = defineVerb({
  name: 'runs.submit',
  effect: 'write',
  policy: member('member', inLab()),
  input: submitRunInput,
  async run(tx, ctx: LabGrant & Context, input): Promise<Run> {
    const { plan, definitionOf } = compile(input.recipeText, input.format);
    const labId = ctx.lab.id;
    const userId = userOf(ctx.actor);
    const recipeId = await keepRecipe(tx, labId, plan.name, input, userId);
    const runId = newId('run');
    await tx.insert(runs).values({
      labId,
      id: runId,
      recipeId,
      name: plan.name,
      planHash: plan.hash,
      seed: plan.seed,
      report: [...plan.report],
      selection: [...plan.selection],
      submittedBy: userId,
    });
    await insertSteps(tx, labId, runId, plan, definitionOf);
    await notify(tx, 'stockpot_runs', { labId, runId, event: 'queued' });
    const run = await loadRun(tx, labId, runId);
    if (run === null) throw notFound('run');
    return run;
  },
  audit: (_input, run) => ({
    object: run.id,
    details: { recipe: run.recipeId, plan: run.planHash, steps: run.counts.total },
  }),
});

interface Compiled {
  readonly plan: Plan;
  readonly definitionOf: ReturnType<typeof planDefinitions>;
}

function compile(text: string, format: 'yaml' | 'json'): Compiled {
  try {
    const recipe = parseRecipe(text, { source: `The recipe (${format.toUpperCase()})` });
    const plan = compilePlan(recipe);
    if (plan.steps.length > STEP_LIMIT) {
      const message = `the plan has ${plan.steps.length} steps; at most ${STEP_LIMIT} are allowed.`;
      throw new RecipeRefusedError(
        `The recipe is too large: ${message}`,
        'Split it into several recipes, or lower `repeats`.',
        [{ path: '', message }],
      );
    }
    return { plan, definitionOf: planDefinitions(recipe) };
  } catch (error) {
    if (error instanceof RecipeError) throw new RecipeRefusedError(error.message, error.advice, error.issues);
    throw error;
  }
}

async function keepRecipe(
  tx: Tx,
  labId: string,
  name: string,
  input: { recipeText: string; format: 'yaml' | 'json' },
  userId: string | null,
): Promise<string> {
  const textHash = createHash('sha256').update(input.recipeText).digest('hex');
  const [known] = await tx
    .select({ id: recipes.id })
    .from(recipes)
    .where(and(eq(recipes.labId, labId), eq(recipes.textHash, textHash), eq(recipes.format, input.format)))
    .limit(1);
  if (known !== undefined) return known.id;
  const id = newId('recipe');
  await tx
    .insert(recipes)
    .values({ labId, id, name, format: input.format, text: input.recipeText, textHash, createdBy: userId });
  return id;
}

/** The same, with lists of its own. */
function makesOf({ makes }: PlanStep): StepMakes {
  if (makes.type === 'model') return { ...makes, parents: [...makes.parents] };
  return 'models' in makes ? { ...makes, models: [...makes.models] } : makes;
}

async function insertSteps(
  tx: Tx,
  labId: string,
  runId: string,
  plan: Plan,
  definitionOf: Compiled['definitionOf'],
): Promise<void> {
  const rows = plan.steps.map((step, position) => ({
    labId,
    id: newId('step'),
    runId,
    stepId: step.id,
    position,
    kind: step.kind,
    title: step.title,
    parameters: step.parameters,
    inputs: Object.fromEntries(Object.entries(step.inputs).map(([role, inputs]) => [role, [...inputs]])),
    makes: makesOf(step),
    dependsOn: [...dependencies(step)],
    definition: definitionOf(step.id) ?? null,
    repeat: repeatOf(step.id).repeat,
  }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await tx.insert(steps).values(rows.slice(start, start + BATCH));
  }
}
