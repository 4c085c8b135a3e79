import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { EvaluationError } from './errors.js';

/**
 * Reads a JSON document that a step stored. Throws EvaluationError for anything that is not one of this version.
 *
 * @param what the document in the words of the message: 'a protocol document'
 */
export async function readDocument<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  what: string,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(parseJson(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new EvaluationError(
    `${path}: not ${what} of this version: ${issue?.path.join('.') || 'the document'}: ${issue?.message ?? ''}.`,
    'Run the recipe again: what is missing is made anew.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
