import { join } from 'node:path';
import { listFolder } from '../../data/formats/listing.js';
import { MNIST_CORRUPTIONS } from '../suite.js';
import { arrayReader, imageArray, labelArray } from './arrays.js';
import { type OfficialOptions, type OfficialSet, OfficialSetError, wantedCorruptions } from './official-set.js';

/** `identity`, the clean images, lies beside them and is no corruption. */
const published = { title: 'MNIST-C', required: MNIST_CORRUPTIONS, optional: [] };
const IMAGES = 'test_images.npy';
const LABELS = 'test_labels.npy';

/**
 * The files of MNIST-C: a folder for each corruption with `test_images.npy` [n, 28, 28, 1] and `test_labels.npy`. It was
 * published at one severity, which is listed as 1.
 *
 * @throws OfficialSetError, in a sentence, for what is missing or does not fit together; DataFileError for damaged arrays
 */
export async function listMnistC(folder: string, options: OfficialOptions = {}): Promise<OfficialSet> {
  const { folders } = await listFolder(folder);
  const names = wantedCorruptions(published, folders, options);
  const missing: string[] = [];
  for (const name of names) {
    const files = folders.includes(name) ? (await listFolder(join(folder, name))).files : null;
    if (files === null) missing.push(name);
    else missing.push(...[IMAGES, LABELS].filter((file) => !files.includes(file)).map((file) => `${name}/${file}`));
  }
  if (missing.length > 0) {
    throw new OfficialSetError(
      `${folder}: of the ${names.length} folders of MNIST-C, each with ${IMAGES} and ${LABELS}, these are not there: ${missing.join(', ')}.`,
      'Unpack the archive again, or say which corruptions you mean.',
    );
  }
  const arrays = new Map(
    await Promise.all(names.map(async (name) => [name, await imageArray(join(folder, name, IMAGES))] as const)),
  );
  let labels = new Uint32Array();
  for (const [name, { file, n }] of arrays) {
    const own = await labelArray(join(folder, name, LABELS));
    if (labels.length === 0) labels = Uint32Array.from(own);
    if (own.length === n && own.join() === labels.join()) continue;
    throw new OfficialSetError(
      `${file}: its ${n} images and the ${own.length} labels beside it are not the ${labels.length} examples of ${names[0]} in their order.`,
      'Every corruption shows the same images: fetch all arrays from the same place.',
    );
  }
  const n = labels.length;
  return {
    protocol: 'mnist-c-official-1',
    cells: names.map((corruption) => ({ corruption, severity: 1, n, source: `${corruption}/${IMAGES}` })),
    classes: null,
    rows: { n, names: null, labels },
    ...arrayReader(folder, arrays, () => 0),
  };
}
