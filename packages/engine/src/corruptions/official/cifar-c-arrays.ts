import { join } from 'node:path';
import { listFolder } from '../../data/formats/listing.js';
import { cifarC } from '../cifar-c.js';
import { arrayReader, imageArray, labelArray } from './arrays.js';
import {
  type OfficialOptions,
  type OfficialSet,
  OfficialSetError,
  SEVERITIES,
  wantedCorruptions,
} from './official-set.js';
import { publishedNames } from './published-names.js';

const published = { title: 'CIFAR-C', ...publishedNames(cifarC) };
const LABELS = 'labels.npy';

/**
 * The files of CIFAR-10-C and CIFAR-100-C: an array for each corruption, every image at severity 1, then every image at
 * severity 2, …; and `labels.npy`, which repeats the labels five times.
 *
 * @throws OfficialSetError, in a sentence, for what is missing or does not fit together; DataFileError for damaged arrays
 */
export async function listCifarC(folder: string, options: OfficialOptions = {}): Promise<OfficialSet> {
  const { files } = await listFolder(folder);
  const there = files.map((file) => file.replace(/\.npy$/, ''));
  const names = wantedCorruptions(published, there, options);
  const missing = [...names.map((name) => `${name}.npy`), LABELS].filter((file) => !files.includes(file));
  if (missing.length > 0) {
    throw new OfficialSetError(
      `${folder}: ${missing.length} of the ${names.length + 1} arrays of CIFAR-C are not there: ${missing.join(', ')}.`,
      'Unpack the archive again, or say which corruptions you mean.',
    );
  }
  const labels = await labelsOfOneSeverity(join(folder, LABELS));
  const n = labels.length;
  const arrays = new Map(
    await Promise.all(names.map(async (name) => [name, await imageArray(join(folder, `${name}.npy`))] as const)),
  );
  for (const { file, n: rows } of arrays.values()) {
    if (rows === n * SEVERITIES.length) continue;
    throw new OfficialSetError(
      `${file}: expected ${n * SEVERITIES.length} images, five times the ${n} of ${LABELS}, found ${rows}.`,
      'Fetch the arrays and the labels from the same place.',
    );
  }
  return {
    protocol: 'cifar-c-official-1',
    cells: names.flatMap((corruption) =>
      SEVERITIES.map((severity) => ({ corruption, severity, n, source: `${corruption}-${severity}` })),
    ),
    classes: null,
    rows: { n, names: null, labels },
    ...arrayReader(folder, arrays, ({ severity }) => (severity - 1) * n),
  };
}

/** The labels of one severity; the five blocks must be the same. */
async function labelsOfOneSeverity(file: string): Promise<Uint32Array> {
  const labels = await labelArray(file);
  const n = labels.length / SEVERITIES.length;
  if (!(Number.isInteger(n) && n > 0 && labels.every((label, at) => label === labels[at % n]))) {
    throw new OfficialSetError(
      `${file}: expected the labels of the images five times over, once for each severity, found ${labels.length} labels that do not repeat so.`,
      'Fetch the arrays and the labels from the same place.',
    );
  }
  return labels.slice(0, n);
}
