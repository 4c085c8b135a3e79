import { z } from 'zod';
import type { CheckpointReader } from '../../checkpoints/open-checkpoint.js';
import { canonicalJson } from '../../json.js';
import { readDocuments } from '../../models/documents.js';
import { isModel } from '../../models/metadata.js';
import { isTextModel } from '../../models/text/text-checkpoint.js';
import { SoupError } from '../errors.js';

/** Files beside weights of another library that say which model they are and how their inputs are prepared. */
const CONFIGURATIONS = ['config.json', 'preprocessor_config.json'];
/** What programs write into them of themselves, and what the weights say better. */
const OF_NO_MODEL = new Set(['transformers_version', 'torch_dtype', 'dtype']);

/**
 * Throws SoupError where ingredients of another library have configurations that say different things: all of them are evaluated
 * by that of the first. One without any is taken for what the first is.
 */
export async function assertSameConfiguration(members: readonly CheckpointReader[]): Promise<void> {
  const foreign = members.filter(({ metadata }) => !isModel(metadata) && !isTextModel(metadata));
  const [first, ...others] = foreign;
  if (first === undefined) return;
  const expected = await readDocuments(first.located);
  for (const other of others) {
    const found = await readDocuments(other.located);
    for (const name of CONFIGURATIONS) {
      const fields = differing(expected.get(name), found.get(name));
      if (fields.length === 0) continue;
      throw new SoupError(
        `${other.path}: its ${name} says otherwise than that of ${first.path}, by which all ingredients would be evaluated: ${fields.join(', ')} differ${fields.length === 1 ? 's' : ''}.`,
        'Use checkpoints of one model; or, if what differs is of no matter, say which configuration holds for all: --model config.json.',
      );
    }
  }
}

/** Names of the fields in which two configurations differ; none where one of them is not there. */
function differing(one: string | undefined, other: string | undefined): string[] {
  if (one === undefined || other === undefined) return [];
  const [expected, found] = [fieldsOf(one), fieldsOf(other)];
  return [...new Set([...expected.keys(), ...found.keys()])]
    .filter((field) => !field.startsWith('_') && !OF_NO_MODEL.has(field))
    .filter((field) => expected.get(field) !== found.get(field))
    .toSorted();
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  try {
    const fields = z.record(z.string(), z.json()).parse(JSON.parse(text));
    return new Map(Object.entries(fields).map(([name, value]) => [name, canonicalJson(value)]));
  } catch {
    // What is no JSON is told of where it is read.
    return new Map();
  }
}
