import { quoted } from './errors.js';
import type { StoredType } from './storage.js';

/** One way in which the tensors of a checkpoint are not those of another, as a sentence and as data. */
export interface Mismatch {
  readonly tensor: string;
  readonly kind: 'missing' | 'unexpected' | 'shape' | 'dtype';
  /** Without a full stop: 'tensor "head.bias" is f16 instead of f32'. */
  readonly message: string;
  readonly advice: string;
}

type Types = ReadonlyMap<string, StoredType>;

const ADVICE: { readonly [Kind in Mismatch['kind']]: string } = {
  missing: 'Use checkpoints of one architecture, trained from one stock; a part of a model does not fit the whole.',
  unexpected: 'Use checkpoints of one architecture, trained from one stock; drop what belongs to pre-training alone.',
  shape: 'Use checkpoints of one architecture, trained from one stock, with heads for the same classes.',
  dtype: 'Store them in one element type; stockpot import writes F32.',
};

/** All mismatches of `found` with `expected`, in the order of their tensors' names; none when the two fit. */
export function mismatches(expected: Types, found: Types): readonly Mismatch[] {
  const names = [...new Set([...expected.keys(), ...found.keys()])].sort();
  return names.flatMap((name) => compareTensor(name, expected.get(name), found.get(name)));
}

function compareTensor(name: string, expected: StoredType | undefined, found: StoredType | undefined): Mismatch[] {
  const mismatch = (kind: Mismatch['kind'], problem: string): Mismatch[] => [
    { tensor: name, kind, message: `${quoted(name)} ${problem}`, advice: ADVICE[kind] },
  ];
  if (found === undefined) return mismatch('missing', 'is missing');
  if (expected === undefined) return mismatch('unexpected', 'is not expected');
  if (expected.shape.join() !== found.shape.join()) {
    return mismatch('shape', `has shape [${found.shape.join(', ')}] instead of [${expected.shape.join(', ')}]`);
  }
  if (expected.dtype !== found.dtype) return mismatch('dtype', `is ${found.dtype} instead of ${expected.dtype}`);
  return [];
}
