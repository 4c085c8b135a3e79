import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { listFolder } from '../../data/formats/listing.js';
import { imageRows, labelsOf, NPY_HEAD, parseNpyHeader } from '../../data/npy.js';
import { readRange } from '../../data/read-range.js';
import { cifarC } from '../cifar-c.js';
import type { FolderSetOptions } from './folder-set.js';
import { type OfficialCell, type OfficialSet, OfficialSetError, SEVERITIES } from './official-set.js';

const TESTED_ON = 15;
const published = Object.keys(cifarC).map((name) => (name === 'synthetic_frost' ? 'frost' : name));
const LABELS = 'labels.npy';

/**
 * The files of CIFAR-10-C and CIFAR-100-C: an array for each corruption, every image at severity 1, then every image at
 * severity 2, …; and `labels.npy`, which repeats the labels five times.
 *
 * @throws OfficialSetError, in a sentence, for what is missing or does not fit together; DataFileError for damaged arrays
 */
export async function listCifarC(folder: string, options: FolderSetOptions = {}): Promise<OfficialSet> {
  const { files } = await listFolder(folder);
  const names = options.corruptions ?? [
    ...published.slice(0, TESTED_ON),
    ...published.slice(TESTED_ON).filter((name) => files.includes(`${name}.npy`)),
  ];
  const strange = names.find((name) => !published.includes(name));
  if (strange !== undefined) {
    throw new OfficialSetError(`CIFAR-C has no corruption ${strange}.`, `Choose from ${published.join(', ')}.`);
  }
  const missing = [...names.map((name) => `${name}.npy`), LABELS].filter((file) => !files.includes(file));
  if (missing.length > 0) {
    throw new OfficialSetError(
      `${folder}: ${missing.length} of the ${names.length + 1} arrays of CIFAR-C are not there: ${missing.join(', ')}.`,
      'Unpack the archive again, or say which corruptions you mean.',
    );
  }
  const n = await labelsPerSeverity(folder);
  const cells: OfficialCell[] = [];
  for (const corruption of published.filter((name) => names.includes(name))) {
    const file = join(folder, `${corruption}.npy`);
    const { n: rows } = imageRows(file, await headerOf(file));
    if (rows !== n * SEVERITIES.length) {
      throw new OfficialSetError(
        `${file}: expected ${n * SEVERITIES.length} images, five times the ${n} of ${LABELS}, found ${rows}.`,
        'Fetch the arrays and the labels from the same place.',
      );
    }
    for (const severity of SEVERITIES) cells.push({ corruption, severity, n, source: `${corruption}-${severity}` });
  }
  return { protocol: 'cifar-c-official', cells, classes: null };
}

async function headerOf(file: string) {
  const { size } = await stat(file);
  return parseNpyHeader(file, await readRange(file, 0, Math.min(size, NPY_HEAD)), size);
}

/** The number of labels of one severity; the five blocks must be the same. */
async function labelsPerSeverity(folder: string): Promise<number> {
  const file = join(folder, LABELS);
  const labels = labelsOf(file, await headerOf(file), await readRange(file, 0, (await stat(file)).size));
  const n = labels.length / SEVERITIES.length;
  const repeats = Number.isInteger(n) && n > 0 && labels.every((label, at) => label === labels[at % n]);
  if (!repeats) {
    throw new OfficialSetError(
      `${file}: expected the labels of the images five times over, once for each severity, found ${labels.length} labels that do not repeat so.`,
      'Fetch the arrays and the labels from the same place.',
    );
  }
  return n;
}
