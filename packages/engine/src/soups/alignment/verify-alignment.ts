import { readFile } from 'node:fs/promises';
import { hashFile } from '../../checkpoints/locate.js';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { Tensor } from '../../graph/tensor.js';
import { SoupError } from '../errors.js';
import { readAll, symmetriesOf } from './align-models.js';
import { parsePermutation, permutationsOf } from './permutation-document.js';
import { permute } from './permute.js';
import type { Permutations, SymmetryGroup } from './symmetries.js';

export interface AlignedFiles {
  /** The aligned model, the one that it was, and the one it was aligned to: single files. */
  readonly aligned: string;
  readonly model: string;
  readonly reference: string;
  /** The document of the permutation. */
  readonly permutation: string;
}

/** What is not as the record of an alignment says: sentences, none where all is. */
export async function verifyAlignment(files: AlignedFiles): Promise<readonly string[]> {
  const record = parsePermutation(await readFile(files.permutation, 'utf8'));
  if (record === null) {
    throw new SoupError(`${files.permutation} is no record of an alignment.`, 'Cook the recipe again.');
  }
  const problems: string[] = [];
  for (const [role, words] of [
    ['model', 'the model that was aligned'],
    ['reference', 'the reference'],
  ] as const) {
    if ((await hashFile(files[role])) !== record[role]) problems.push(`Its record is of another file than ${words}.`);
  }
  if (problems.length > 0) return problems;
  await using reference = await openCheckpoint(files.reference);
  await using model = await openCheckpoint(files.model);
  await using aligned = await openCheckpoint(files.aligned);
  const groups = symmetriesOf(
    { reader: reference, name: 'the reference' },
    { reader: model, name: 'the model that was aligned' },
  );
  const orders = permutationsOf(record);
  const strange = groups.filter(({ name, units }) => !isOrder(orders.get(name), units)).map(({ name }) => name);
  if (strange.length > 0) return strange.map((name) => `Its record gives no order of the units of ${name}.`);
  return compare(await readAll(model), await readAll(aligned), groups, orders);
}

function isOrder(order: Uint32Array | undefined, units: number): boolean {
  return order !== undefined && order.length === units && new Set(order.filter((unit) => unit < units)).size === units;
}

function compare(
  model: ReadonlyMap<string, Tensor>,
  aligned: ReadonlyMap<string, Tensor>,
  groups: readonly SymmetryGroup[],
  orders: Permutations,
): string[] {
  const expected = permute(model, groups, orders);
  const names = new Set([...expected.keys(), ...aligned.keys()]);
  return [...names].flatMap((name) => {
    const [wanted, found] = [expected.get(name), aligned.get(name)];
    if (wanted !== undefined && found !== undefined && sameBytes(wanted, found)) return [];
    return [`Tensor ${JSON.stringify(name)} is not that of the model in the recorded order.`];
  });
}

function sameBytes(one: Tensor, other: Tensor): boolean {
  const bytes = ({ data: { buffer, byteOffset, byteLength } }: Tensor) => Buffer.from(buffer, byteOffset, byteLength);
  return one.dtype === other.dtype && one.shape.join() === other.shape.join() && bytes(one).equals(bytes(other));
}
