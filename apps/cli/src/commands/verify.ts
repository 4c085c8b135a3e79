import { CookedRun } from '@stockpot/engine/analysis';
import { cookedRecipes } from '@stockpot/engine/process';
import { verifySoup } from '@stockpot/engine/soups';
import { EXIT_FAILED, UsageError } from '../failure.js';
import { printable } from '../printable.js';
import { whole } from '../progress/format.js';
import { verifyAligned } from './verify-aligned.js';

interface VerifyOptions {
  readonly json?: boolean;
  /** The soup's own, then those of soups among its ingredients. */
  readonly certificate?: readonly string[];
  readonly recipe?: string;
}

/** Says whether a soup is what its certificate says, or an aligned model what its record says, and which tensors are not. */
export async function verifyCommand(
  first: string,
  others: readonly string[],
  { json, certificate: [apart, ...nested] = [], recipe }: VerifyOptions,
): Promise<void> {
  const run = (await cookedRecipes(first)).length > 0 ? await CookedRun.open(first, recipe) : null;
  const [name = ''] = others;
  if (run !== null && others.length === 1 && (await verifyAligned(run, name, json === true))) return;
  const cooked = run === null ? null : cookedSoup(run, others);
  const [soup, ingredients] = cooked === null ? [first, others] : [cooked.name, cooked.inputs];
  const { certificate, discrepancies, cookedAgain, unchecked } = await verifySoup(
    cooked?.checkpoint ?? first,
    ingredients,
    cooked?.certificate ?? apart ?? null,
    cooked?.nested ?? nested,
  );
  if (discrepancies.length > 0) process.exitCode = EXIT_FAILED;
  if (json === true) {
    const { method, parameters } = certificate;
    const holds = discrepancies.length === 0;
    const facts = { soup, method, parameters, cookedAgain, holds, discrepancies, unchecked };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const tensors = whole(Object.keys(certificate.tensors).length);
  if (discrepancies.length === 0) {
    const again = cookedAgain
      ? `Cooked again from its ${ingredientsIn(certificate.ingredients.length)} it is the same, bit for bit.`
      : 'Name its ingredients to cook it again and compare.';
    const inside = cookedAgain && unchecked.length > 0 ? notComputed(unchecked) : '';
    process.stdout.write(`${soup}: all ${tensors} tensors are as its certificate says. ${again}${inside}\n`);
    return;
  }
  process.stdout.write(`${soup} is not what its certificate says:\n`);
  for (const { message } of discrepancies) process.stdout.write(`  ${printable(message)}\n`);
}

/** The files of a soup that a recipe cooked: its checkpoint and certificate, and all that it was made of. */
function cookedSoup(run: CookedRun, names: readonly string[]) {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    const soups = run.soups.map(({ makes }) => makes.name);
    throw new UsageError(
      name === undefined ? 'No soup was named.' : `One soup is verified at a time, and ${names.length} were named.`,
      `Name one of ${soups.join(', ')}.`,
    );
  }
  run.soup(name);
  const step = run.model(name);
  const pathOf = (hash: string | undefined) => run.store.path(hash ?? '');
  const { checkpoint, certificate } = step.outputs;
  if (certificate === undefined) {
    throw new UsageError(
      `${name} was cooked by a version of Stockpot that gave soups of recipes no certificate.`,
      'Cook the recipe again.',
    );
  }
  const made = (step.inputs.ingredients ?? []).map(({ step: id, output }) => run.step(id).outputs[output]);
  const own = Object.entries(step.outputs).filter(([output]) => output === 'base' || output.startsWith('measured-'));
  const inputs = [...new Set([...made, ...own.map(([, hash]) => hash)])].map(pathOf);
  const nested = run.models.flatMap(({ outputs }) => outputs.certificate ?? []).map(pathOf);
  return { name, checkpoint: pathOf(checkpoint), certificate: pathOf(certificate), inputs, nested };
}

function notComputed(soups: readonly string[]): string {
  return ` What models count inside of ${soups.map(printable).join(', ')} was not computed again: give these soups too, or their certificates by --certificate.`;
}

function ingredientsIn(count: number): string {
  return count === 1 ? 'one ingredient' : `${whole(count)} ingredients`;
}
