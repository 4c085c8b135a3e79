import { join } from 'node:path';
import { z } from 'zod';
import { DataFileError } from '../errors.js';
import { readFully, readRange, withFile } from '../read-range.js';
import { RangesBuilder } from '../stores/ranges.js';
import { listTar, type TarMember } from '../tar.js';
import { assertNamed, numberLabels, type WrittenLabel } from './class-names.js';
import type { DatasetFormat } from './format.js';
import { listFiles, listFolder } from './listing.js';
import { chooseParts } from './parts.js';
import { groupByPart } from './shards.js';

const LEVELS = 3;
const IMAGES: ReadonlySet<string> = new Set(['jpg', 'jpeg', 'png', 'webp', 'gif']);
/** The largest .cls or .json that is read for its label. */
const MAX_LABEL_FILE = 1024 * 1024;
const NAME_FILES = ['classnames.txt', 'classes.txt'];

interface Sample {
  readonly key: string;
  /** Extension, from the first dot of the name on → member. */
  readonly members: Map<string, TarMember>;
}

/**
 * Tar shards in which the members of one example stand side by side under one key: `000017.jpg` and `000017.cls`, or a
 * `000017.json` with the label in a field.
 */
export const webdataset: DatasetFormat = {
  async recognise(folder) {
    const files = await shards(folder);
    return files.length === 0 ? null : `Found ${files.length} tar ${files.length === 1 ? 'shard' : 'shards'}.`;
  },
  async scan(folder, wanted, { columns }) {
    const parts = [];
    for (const { name, part: files } of chooseParts(folder, groupByPart(await shards(folder)), wanted)) {
      const ranges = new RangesBuilder();
      const labels: WrittenLabel[] = [];
      for (const file of files) {
        const path = join(folder, file);
        for (const sample of samplesOf(path, await listTar(path))) {
          const image = imageOf(path, sample);
          ranges.add(file, { offset: image.offset, stride: 0, length: image.size, n: 1 });
          labels.push(await labelOf(path, sample, columns.label ?? 'label'));
        }
      }
      if (labels.length === 0)
        throw new DataFileError(folder, `there are no examples in '${name}'.`, 'Check the shards.');
      parts.push({
        name,
        labels,
        where: (index: number) => `${folder} (example ${index} of '${name}')`,
        store: ranges.finish(),
      });
    }
    const { labels, classNames } = numberLabels(parts);
    const names = classNames ?? (await readNames(folder));
    for (const list of labels) assertNamed(folder, names, list);
    return {
      content: { kind: 'encoded' },
      classNames: names,
      parts: parts.map(({ name, store }, number) => ({ name, store, labels: labels[number] ?? new Uint32Array() })),
    };
  },
};

async function shards(folder: string): Promise<string[]> {
  return (await listFiles(folder, LEVELS)).filter((path) => path.endsWith('.tar'));
}

/** Members that follow each other under one key. A key that comes again later is refused: its example would be torn. */
function samplesOf(path: string, members: readonly TarMember[]): Sample[] {
  const samples: Sample[] = [];
  const seen = new Set<string>();
  for (const member of members) {
    const slash = member.path.lastIndexOf('/') + 1;
    const dot = member.path.indexOf('.', slash);
    const key = dot < 0 ? member.path : member.path.slice(0, dot);
    // Names such as __init__ carry notes for tools, not examples.
    if (dot < 0 || key.slice(slash).startsWith('__')) continue;
    const extension = member.path.slice(dot + 1).toLowerCase();
    let sample = samples.at(-1);
    if (sample?.key !== key) {
      if (seen.has(key)) {
        throw new DataFileError(path, `the key '${key}' comes twice.`, 'Pack the members of an example side by side.');
      }
      seen.add(key);
      sample = { key, members: new Map() };
      samples.push(sample);
    }
    if (sample.members.has(extension)) {
      throw new DataFileError(path, `the member '${member.path}' comes twice.`, 'Pack the shard anew.');
    }
    sample.members.set(extension, member);
  }
  return samples;
}

function imageOf(path: string, { key, members }: Sample): TarMember {
  for (const [extension, member] of members) if (IMAGES.has(extension)) return member;
  throw new DataFileError(
    path,
    `the example '${key}' has no image; its members are ${[...members.keys()].join(', ')}.`,
    `Images are named KEY.jpg, KEY.png, KEY.webp or KEY.gif.`,
  );
}

async function labelOf(path: string, { key, members }: Sample, field: string): Promise<WrittenLabel> {
  const where = `${path}: ${key}`;
  const words = members.get('cls') ?? members.get('cls.txt');
  if (words !== undefined) return (await readText(where, path, words)).trim();
  const json = members.get('json');
  if (json === undefined) {
    throw new DataFileError(where, 'the example has no label.', 'Labels are named KEY.cls, or stand in KEY.json.');
  }
  let document: unknown;
  try {
    document = JSON.parse(await readText(where, path, json));
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    throw new DataFileError(where, 'its .json is not JSON.', 'Pack the shard anew.', { cause });
  }
  const label = z.record(z.string(), z.unknown()).safeParse(document).data?.[field];
  if (typeof label === 'number' || typeof label === 'string') return label;
  throw new DataFileError(
    where,
    `its .json has no label in the field '${field}'.`,
    "Name the field in the recipe, such as 'columns: {label: category}'.",
  );
}

async function readText(where: string, path: string, { offset, size }: TarMember): Promise<string> {
  if (size <= MAX_LABEL_FILE) return (await readRange(path, offset, size)).toString('utf8');
  throw new DataFileError(where, `its label has ${size} bytes; at most ${MAX_LABEL_FILE} are read.`, 'Pack it anew.');
}

/** One name a line, from a file beside the shards. */
async function readNames(folder: string): Promise<readonly string[] | null> {
  const { files } = await listFolder(folder);
  const file = NAME_FILES.find((name) => files.includes(name));
  if (file === undefined) return null;
  const path = join(folder, file);
  const bytes = await withFile(path, (handle, size) => readFully(path, handle, 0, Math.min(size, MAX_LABEL_FILE)));
  return bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
