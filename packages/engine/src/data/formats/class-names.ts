import { DataFileError } from '../errors.js';
import { MAX_LABEL } from '../npy.js';
import { byCodeUnit } from './listing.js';

const NUMBER = /^(?:0|[1-9]\d*)$/;

/** Names of classes in the order of their numbers: by number when all are numbers (so '10' follows '9'), else by name. */
export function sortClassNames(names: Iterable<string>): string[] {
  const sorted = [...new Set(names)].sort(byCodeUnit);
  return sorted.every((name) => NUMBER.test(name)) ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/** A label as a table or an archive writes it. */
export type WrittenLabel = number | bigint | string;

/**
 * Class numbers from labels as they are written: numbers stay as they are; otherwise every distinct word is a class, in
 * sorted order over all parts.
 *
 * @param where what an error names for example i of a part
 */
export function numberLabels(
  parts: readonly { readonly labels: readonly WrittenLabel[]; readonly where: (index: number) => string }[],
): { readonly labels: readonly Uint32Array[]; readonly classNames: readonly string[] | null } {
  const numeric = parts.every(({ labels }) =>
    labels.every((label) => typeof label !== 'string' || /^-?\d+$/.test(label)),
  );
  if (numeric) {
    return {
      classNames: null,
      labels: parts.map(({ labels, where }) =>
        Uint32Array.from(labels, (label, index) => classNumber(Number(label), () => where(index))),
      ),
    };
  }
  const classNames = sortClassNames(parts.flatMap(({ labels }) => labels.map(String)));
  refuseScores(parts, classNames);
  const numbers = new Map(classNames.map((name, number) => [name, number]));
  return {
    classNames,
    labels: parts.map(({ labels }) => Uint32Array.from(labels, (label) => numbers.get(String(label)) ?? 0)),
  };
}

/** So many different numbers with fractions are no names of classes, as versions might be. */
const MOST_NUMBERS_AS_NAMES = 10;
const FRACTION = /^-?\d+\.\d*[1-9]\d*$/;
const SORT =
  "Sort the scores into classes first, as 0 to 5; a benchmark with `ordered: true` gives Spearman's correlation.";

/** Refuses labels that are scores (STS-B): as names, each would be a class of its own. Throws DataFileError. */
function refuseScores(parts: Parameters<typeof numberLabels>[0], classNames: readonly string[]): void {
  if (classNames.length <= MOST_NUMBERS_AS_NAMES || !classNames.every((name) => /^-?\d+(?:\.\d+)?$/.test(name))) return;
  for (const { labels, where } of parts) {
    const index = labels.findIndex((label) => FRACTION.test(String(label)));
    if (index >= 0) throw new DataFileError(where(index), `the label is ${labels[index]}, a score and no class.`, SORT);
  }
}

/** Refuses what is no class number. */
export function classNumber(label: number, where: () => string): number {
  if (Number.isInteger(label) && label >= 0 && label <= MAX_LABEL) return label;
  if (Number.isFinite(label) && !Number.isInteger(label)) {
    throw new DataFileError(where(), `the label is ${label}, a score and no class.`, SORT);
  }
  throw new DataFileError(
    where(),
    `the label is ${label}; classes are numbered from 0 to ${MAX_LABEL}.`,
    label === -1 ? 'Hidden labels are often written as -1: use another example set.' : 'Correct the label.',
  );
}

/** Refuses labels that the names of the classes do not reach. */
export function assertNamed(where: string, classNames: readonly string[] | null, labels: Uint32Array): void {
  if (classNames === null) return;
  const index = labels.findIndex((label) => label >= classNames.length);
  if (index >= 0) {
    throw new DataFileError(
      where,
      `example ${index} has the label ${labels[index]}, and there are names for ${classNames.length} classes.`,
      'The labels and the names do not belong together: fetch both again.',
    );
  }
}
