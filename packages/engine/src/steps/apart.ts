import { hash } from 'node:crypto';
import type { Dataset, Split, TextSplit } from '../data/dataset.js';
import { DatasetError } from '../data/errors.js';

/** Bytes of the hash of one example, as a manifest has them. */
const DIGEST_BYTES = 32;
/** Data sets repeat an image now and then; more than this share of repetitions is no accident. */
const MOST = 0.01;

interface Chosen {
  readonly dataset: Pick<Dataset, 'manifest' | 'classes' | 'classNames'>;
  readonly split: Split | TextSplit;
  readonly positions: readonly number[];
}

/**
 * Refuses a second split that one model cannot see beside the first, and one that holds the examples that are scored: learned from, the score would be one of memory; told apart,
 * nothing could be told. Splits of one dataset are disjoint, but two datasets may be of the same files.
 *
 * @throws DatasetError for texts beside images, for images of other channels, and when more than one in a hundred scored examples are in both
 */
export function assertApart(scored: Chosen, second: Chosen): void {
  const [own, theirs] = [scored, second].map(({ split }) => ('channels' in split ? split.channels : null));
  if (own !== theirs && (own === null || theirs === null)) {
    throw new DatasetError(
      `The split '${second.split.name}' holds ${theirs === null ? 'texts' : 'images'}, the split '${scored.split.name}' ${own === null ? 'texts' : 'images'}.`,
      'Give the benchmark two splits of images or two of texts, so that one model can see both.',
    );
  }
  if (own !== theirs) {
    throw new DatasetError(
      `The images of the split '${second.split.name}' have ${theirs} channel(s), those of '${scored.split.name}' ${own}.`,
      'Give both datasets the same `channels`, so that one model can see both.',
    );
  }
  const there = new Set(digestsOf(second));
  const repeated = digestsOf(scored).filter((digest) => there.has(digest)).length;
  if (repeated <= MOST * scored.positions.length) return;
  throw new DatasetError(
    `${repeated} of the ${scored.positions.length} examples of the split '${scored.split.name}' are also in '${second.split.name}', its second split.`,
    'Give the benchmark two splits that have no examples in common.',
  );
}

/**
 * Refuses a reference whose classes are not those of the scored examples: labels are learned from one and held against the other.
 *
 * @throws DatasetError for other names, or, where a data set names none, another number
 */
export function assertSameClasses(scored: Chosen, reference: Chosen): void {
  const [{ classes: n, classNames: own }, { classes: m, classNames: theirs }] = [scored.dataset, reference.dataset];
  const named = own !== null && theirs !== null;
  const other = named ? own.findIndex((name, label) => name !== theirs[label]) : -1;
  if (other < 0 && n === m) return;
  const difference =
    other < 0
      ? `${n} classes, those of the reference ${m}`
      : `the class ${other} '${own?.[other]}', those of the reference '${theirs?.[other] ?? 'none'}'`;
  throw new DatasetError(
    `The examples of the split '${scored.split.name}' have ${difference}.`,
    'Learn from a split with the same classes in the same order.',
  );
}

function digestsOf({ dataset: { manifest }, split, positions }: Chosen): string[] {
  if (manifest.version === 1 && 'images' in split)
    return positions.map((position) => hash('sha256', split.images([position])));
  if (manifest.version === 1) return [];
  const entry = manifest.splits.find(({ name }) => name === split.name);
  const part = manifest.parts.find(({ name }) => name === entry?.from);
  const digests = Buffer.from(part?.digests ?? '', 'base64');
  return positions.map((position) => {
    const start = (entry?.indices[position] ?? 0) * DIGEST_BYTES;
    return digests.toString('hex', start, start + DIGEST_BYTES);
  });
}
