import { verifySoup } from '@stockpot/engine/soups';
import { EXIT_FAILED } from '../failure.js';
import { printable } from '../printable.js';
import { whole } from '../progress/format.js';

/** Says whether a soup is what its certificate says, and which tensors are not. */
export async function verifyCommand(
  soup: string,
  ingredients: readonly string[],
  { json, certificate: apart }: { readonly json?: boolean; readonly certificate?: string },
): Promise<void> {
  const { certificate, discrepancies, cookedAgain } = await verifySoup(soup, ingredients, apart ?? null);
  if (discrepancies.length > 0) process.exitCode = EXIT_FAILED;
  if (json === true) {
    const { method, parameters } = certificate;
    const facts = { soup, method, parameters, cookedAgain, holds: discrepancies.length === 0, discrepancies };
    process.stdout.write(`${JSON.stringify(facts, null, 2)}\n`);
    return;
  }
  const tensors = whole(Object.keys(certificate.tensors).length);
  if (discrepancies.length === 0) {
    const again = cookedAgain
      ? `Cooked again from its ${whole(certificate.ingredients.length)} ingredients it is the same, bit for bit.`
      : 'Name its ingredients to cook it again and compare.';
    process.stdout.write(`${soup}: all ${tensors} tensors are as its certificate says. ${again}\n`);
    return;
  }
  process.stdout.write(`${soup} is not what its certificate says:\n`);
  for (const { message } of discrepancies) process.stdout.write(`  ${printable(message)}\n`);
}
