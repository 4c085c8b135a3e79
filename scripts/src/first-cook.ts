import { readFileSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { type Context, labs, type Run, runs, StockpotError } from '@stockpot/domain';
import { errorCode, Refusal } from './refusal.js';

export const DEMO_LAB = 'demo';

/** Makes the public lab `demo` when there is none. Several starts at once make one. */
export async function ensureDemoLab(ctx: Context): Promise<void> {
  if ((await findLab(ctx)) !== null) return;
  try {
    await labs.create({ ctx, input: { slug: DEMO_LAB, name: 'Demo', visibility: 'public' } });
  } catch (error) {
    if (error instanceof StockpotError && error.code === 'CONFLICT') return;
    throw error;
  }
}

/**
 * The run to show: one that is queued or running in the demo lab (an earlier start may have been cut off in it), else the
 * first one, submitted now when the lab never had any. Undefined when all its runs are over: nothing is cooked again.
 */
export async function openOrFirstRun(
  ctx: Context,
  root: string,
  environment: NodeJS.ProcessEnv,
): Promise<Run | undefined> {
  const page = await runs.list({ ctx, input: { lab: DEMO_LAB, first: 20 } });
  const open = page.edges.map((edge) => edge.node).find((run) => run.status === 'queued' || run.status === 'running');
  if (open !== undefined || page.totalCount > 0) return open;
  const path = resolve(root, environment.STOCKPOT_RECIPE || 'examples/recipes/mnist.yaml');
  return runs.submit({
    ctx,
    input: { lab: DEMO_LAB, recipeText: readRecipe(path), format: extname(path) === '.json' ? 'json' : 'yaml' },
  });
}

/** The run that ended last in the demo lab with everything it was to make. */
export async function lastSucceededRun(ctx: Context): Promise<Run | undefined> {
  const page = await runs.list({ ctx, input: { lab: DEMO_LAB, first: 20 } });
  return page.edges.map((edge) => edge.node).find((run) => run.status === 'succeeded');
}

async function findLab(ctx: Context) {
  try {
    return await labs.bySlug({ ctx, input: { slug: DEMO_LAB } });
  } catch (error) {
    if (error instanceof StockpotError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function readRecipe(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    throw new Refusal(
      `There is no recipe at ${path}.`,
      'Correct STOCKPOT_RECIPE, or leave it out to cook the example.',
    );
  }
}
