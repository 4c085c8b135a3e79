/** @file What a checkpoint has to be so that it can be an ingredient: it answers the classes of the data, and is of the stock that it is said to be of. */
import { readFile } from 'node:fs/promises';
import { CheckpointError } from '../checkpoints/errors.js';
import { openCheckpoint } from '../checkpoints/open-checkpoint.js';
import type { TensorSource } from '../checkpoints/stream.js';
import { parseManifest } from '../data/manifest.js';
import { canonicalJson } from '../json.js';
import { assertSameModel } from '../models/compatibility.js';
import { CLASSES_KEY, classesMetadata, classesOf, HEAD_KEY, SEEN_KEY, STOCK_KEY } from '../models/metadata.js';
import type { ImportParameters } from '../recipe/parameters.js';
import type { StepContext } from './definition.js';

interface Classes {
  readonly count: number;
  /** In the order of labels; null where the data have none. */
  readonly names: readonly string[] | null;
}

interface Imported {
  /** What to call it in sentences. */
  readonly path: string;
  readonly model: Pick<TensorSource, 'types' | 'metadata'>;
}

interface Accepted {
  readonly metadata: ReadonlyMap<string, string>;
  /** What was taken for granted, in words. */
  readonly assumed: readonly string[];
}

/** Rows of a classifier's weights by the name they have in any of Stockpot's families. */
const HEAD_WEIGHT = 'head.weight';

/**
 * Takes an imported model as an ingredient. It must have a head with a row for each class of every dataset that it is asked
 * about (the step's inputs `datasets`), in their order as far as names tell. With the inputs `stock` and `head`, it is recorded as
 * fine-tuned from these, unless it says otherwise itself.
 *
 * @throws CheckpointError
 */
export async function asIngredient(
  { path, model }: Imported,
  seen: Pick<ImportParameters, 'trained_on' | 'seen_unlabelled'>,
  context: StepContext,
): Promise<Accepted> {
  const metadata = metadataOf(model);
  const rows = model.types.get(HEAD_WEIGHT)?.shape[0];
  if (rows === undefined) {
    throw new CheckpointError(
      path,
      'it has no classifier (no tensor "head.weight"), and an ingredient is scored by its answers.',
      'Import a fine-tuned model with its head; a backbone alone can be the stock.',
    );
  }
  const assumed: string[] = [];
  const asked = await askedClasses(context);
  for (const classes of asked) assumed.push(...heldAgainst(path, metadata, rows, classes));
  const [only, ...others] = asked;
  if (only?.names != null && others.length === 0 && !metadata.has(CLASSES_KEY)) {
    for (const [key, value] of Object.entries(classesMetadata(only.names))) metadata.set(key, value);
  }
  await recordStock(path, metadata, context);
  recordSeen(metadata, seen);
  return { metadata, assumed };
}

/** What a model that is to be written says of itself. */
export function metadataOf({ metadata }: Pick<TensorSource, 'metadata'>): Map<string, string> {
  return new Map(metadata instanceof Map ? metadata : Object.entries(metadata));
}

async function askedClasses({ inputs }: StepContext): Promise<Classes[]> {
  const found: Classes[] = [];
  for (const { path } of inputs.datasets ?? []) {
    const manifest = parseManifest(await readFile(path, 'utf8'), path);
    found.push({ count: manifest.classes, names: manifest.version === 1 ? null : manifest.classNames });
  }
  return found;
}

/** What is assumed of the order of the classes; nothing where names say it. */
function heldAgainst(path: string, metadata: ReadonlyMap<string, string>, rows: number, { count, names }: Classes) {
  if (rows !== count) {
    throw new CheckpointError(
      path,
      `its head answers ${rows} classes, and the data have ${count}.`,
      'Import a model that was fine-tuned for these classes, or score it on data of its own.',
    );
  }
  const own = classesOf(metadata, path);
  if (own === null) return ['it does not name its classes: row i of its head is taken for class i of the data'];
  const row = names === null ? -1 : own.findIndex((name, index) => name !== names[index]);
  if (names === null || row < 0) return [];
  if ([...own].sort().join('\n') === [...names].sort().join('\n')) {
    throw new CheckpointError(
      path,
      `its classes stand in another order than those of the data: row ${row} is '${own[row]}', where the data have '${names[row]}'.`,
      'Put the rows of its head into the order of the data, or the classes of the data into its order.',
    );
  }
  return [`its classes are called otherwise: row ${row}, '${own[row]}', is taken for '${names[row]}' of the data`];
}

/**
 * Writes down what the recipe says that it has seen: by another word it is another checkpoint, and so is all that is made of it,
 * whose scores are to be read otherwise.
 */
function recordSeen(
  metadata: Map<string, string>,
  { trained_on: trained = 'unknown', seen_unlabelled: seen = [] }: Parameters<typeof asIngredient>[1],
): void {
  metadata.delete(SEEN_KEY);
  if (trained === 'unknown' && seen.length === 0) return;
  const labelled = trained === 'unknown' ? {} : { trained_on: trained };
  metadata.set(SEEN_KEY, canonicalJson({ ...labelled, ...(seen.length === 0 ? {} : { seen_unlabelled: seen }) }));
}

/** Writes the recipe's stock and head into what it says of itself, where the recipe says that it began as these. */
async function recordStock(path: string, metadata: Map<string, string>, { inputs }: StepContext): Promise<void> {
  const [stock] = inputs.stock ?? [];
  const [head] = inputs.head ?? [];
  if (stock === undefined || head === undefined) return;
  await using reader = await openCheckpoint(stock.path);
  assertSameModel({ source: 'the stock', metadata: reader.metadata }, { source: path, metadata });
  for (const [key, what, { hash }] of [
    [STOCK_KEY, 'stock', stock],
    [HEAD_KEY, 'head', head],
  ] as const) {
    const said = metadata.get(key);
    if (said !== undefined && said !== hash) {
      throw new CheckpointError(
        path,
        `it says that it began with the ${what} ${said.slice(0, 12)}…, where the recipe's is ${hash.slice(0, 12)}….`,
        'Leave `stock` out of its group, and align it before it is mixed; or cook with the stock that it came from.',
      );
    }
    metadata.set(key, hash);
  }
}
