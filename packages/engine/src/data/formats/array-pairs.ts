import { DataFileError } from '../errors.js';
import type { Content } from './format.js';

export interface ArrayPair {
  readonly part: string;
  /** Names of the arrays. */
  readonly images: string;
  readonly labels: string;
  /** Whether several arrays of images share these labels. */
  readonly shared: boolean;
}

/** Ways in which the arrays of one part are named, '*' being the part. */
const NAMINGS = [
  { images: 'x_*', labels: 'y_*' },
  { images: '*_images', labels: '*_labels' },
  { images: '*_data', labels: '*_labels' },
  { images: '*_x', labels: '*_y' },
] as const;
const WHOLE = [
  { images: 'images', labels: 'labels' },
  { images: 'data', labels: 'labels' },
  { images: 'x', labels: 'y' },
] as const;
const SHARED_LABELS = 'labels';

/**
 * Finds which arrays belong together by their names: `x_train` and `y_train`, `train_images` and `train_labels`, `images`
 * and `labels` (part 'all'); where there is `labels` and no pair, every other array with it, as in CIFAR-10-C.
 */
export function arrayPairs(names: readonly string[]): ArrayPair[] {
  const there = new Set(names);
  const pairs: ArrayPair[] = [];
  for (const naming of NAMINGS) {
    const [before = '', after = ''] = naming.images.split('*');
    for (const images of names) {
      if (!images.startsWith(before) || !images.endsWith(after)) continue;
      const part = images.slice(before.length, images.length - after.length);
      const labels = naming.labels.replace('*', part);
      if (part !== '' && there.has(labels)) pairs.push({ part, images, labels, shared: false });
    }
  }
  for (const { images, labels } of WHOLE) {
    if (there.has(images) && there.has(labels)) pairs.push({ part: 'all', images, labels, shared: false });
  }
  if (pairs.length > 0 || !there.has(SHARED_LABELS)) return pairs;
  return names
    .filter((name) => name !== SHARED_LABELS)
    .map((images) => ({ part: images, images, labels: SHARED_LABELS, shared: true }));
}

/** The one layout that the rows of all parts have. Throws DataFileError when they differ. */
export function oneLayout(
  where: string,
  layouts: readonly { readonly image: readonly [number, number, number]; readonly layout: 'chw' | 'hwc' }[],
): Content {
  const [first] = layouts;
  if (first === undefined) throw new RangeError('The layout of no arrays was asked for.');
  const other = layouts.find(({ image, layout }) => image.join() !== first.image.join() || layout !== first.layout);
  if (other !== undefined) {
    throw new DataFileError(
      where,
      `the images of one part are ${first.image.join('×')} (${first.layout}) and those of another ${other.image.join('×')} (${other.layout}).`,
      'Images of one dataset must have one size and one order of axes: save them alike.',
    );
  }
  return { kind: 'pixels', image: first.image, layout: first.layout };
}
