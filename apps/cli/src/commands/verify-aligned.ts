import type { CookedRun } from '@stockpot/engine/analysis';
import { verifyAlignment } from '@stockpot/engine/soups';
import { EXIT_FAILED } from '../failure.js';
import { printable } from '../printable.js';

/** Says whether an aligned ingredient of a cooked recipe is the model that it was in the recorded order; false for another model. */
export async function verifyAligned(run: CookedRun, name: string, json: boolean): Promise<boolean> {
  const step = run.models.find(({ makes }) => makes.name === name);
  if (step?.kind !== 'align') return false;
  const pathOf = (hash = '') => run.store.path(hash);
  const given = (role: string) => {
    const [input] = step.inputs[role] ?? [];
    return input === undefined ? undefined : run.step(input.step).outputs[input.output];
  };
  const problems = await verifyAlignment({
    aligned: pathOf(step.outputs.checkpoint),
    model: pathOf(given('model')),
    reference: pathOf(given('reference')),
    permutation: pathOf(step.outputs.permutation),
  });
  const holds = problems.length === 0;
  if (!holds) process.exitCode = EXIT_FAILED;
  if (json) {
    process.stdout.write(`${JSON.stringify({ aligned: name, holds, discrepancies: problems }, null, 2)}\n`);
  } else if (holds) {
    const [from, to] = step.makes.parents.map((id) => id.replace(/^ingredients\//, ''));
    process.stdout.write(
      `${name}: every tensor is that of ${from} with its units in the recorded order, by which it was aligned to ${to}.\n`,
    );
  } else {
    process.stdout.write(`${name} is not what its record says:\n`);
    for (const problem of problems) process.stdout.write(`  ${printable(problem)}\n`);
  }
  return true;
}
