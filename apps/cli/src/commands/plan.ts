import { dependencies, type ParseOptions } from '@stockpot/engine/recipe';
import Table from 'cli-table3';
import { readRecipe } from '../read-recipe.js';

export interface PlanArguments extends Pick<ParseOptions, 'precision'> {
  readonly json?: boolean;
}

/** Prints the steps that a recipe compiles to. */
export async function planCommand(file: string, { json, ...options }: PlanArguments): Promise<void> {
  const { plan } = await readRecipe(file, options);
  if (json === true) {
    process.stdout.write(`${JSON.stringify(plan, null, 2)}\n`);
    return;
  }
  const table = new Table({ head: ['step', 'kind', 'needs'], style: { head: [], border: [], compact: true } });
  for (const step of plan.steps) table.push([step.id, step.kind, shortened(dependencies(step))]);
  process.stdout.write(`${table.toString()}\n${plan.steps.length} steps; plan ${plan.hash}\n`);
}

function shortened(ids: readonly string[]): string {
  return ids.length <= 4 ? ids.join(', ') : `${ids.slice(0, 3).join(', ')} and ${ids.length - 3} more`;
}
