import { CheckpointError, quoted } from './errors.js';
import type { StoredType } from './storage.js';

/** One way in which a checkpoint does not fit another, as a sentence and as data. */
export interface Mismatch {
  readonly tensor: string;
  readonly kind: 'missing' | 'unexpected' | 'shape' | 'dtype';
  readonly message: string;
}

type Types = ReadonlyMap<string, StoredType>;

/** All mismatches of `found` with `expected`, in the order of their tensors' names; none when the two fit. */
export function compareCheckpoints(expected: Types, found: Types): readonly Mismatch[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => compareTensor(name, expected.get(name), found.get(name)));
}

/** Throws CheckpointError with the first mismatches in sentences, naming both checkpoints. */
export function assertCompatible(
  expected: { readonly source: string; readonly types: Types },
  found: { readonly source: string; readonly types: Types },
  advice = 'Use checkpoints of one architecture, trained from one stock.',
): void {
  const mismatches = compareCheckpoints(expected.types, found.types);
  const [first] = mismatches;
  if (first === undefined) return;
  const shown = mismatches.slice(0, 3).map(({ message }) => message);
  const more = mismatches.length > 3 ? ` and ${mismatches.length - 3} more differences` : '';
  throw new CheckpointError(found.source, `it does not fit ${expected.source}: ${shown.join('; ')}${more}.`, advice, {
    tensor: first.tensor,
  });
}

function compareTensor(name: string, expected: StoredType | undefined, found: StoredType | undefined): Mismatch[] {
  const mismatch = (kind: Mismatch['kind'], problem: string): Mismatch[] => [
    { tensor: name, kind, message: `${quoted(name)} ${problem}` },
  ];
  if (found === undefined) return mismatch('missing', 'is missing');
  if (expected === undefined) return mismatch('unexpected', 'is not expected');
  if (expected.shape.join() !== found.shape.join()) {
    return mismatch('shape', `has shape [${found.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`);
  }
  if (expected.dtype !== found.dtype) return mismatch('dtype', `is ${found.dtype} instead of ${expected.dtype}`);
  return [];
}
