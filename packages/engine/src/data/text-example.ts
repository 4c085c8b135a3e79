import { z } from 'zod';
import { DatasetError } from './errors.js';

/** A text to be classified, or a pair of texts (GLUE's entailment and paraphrase tasks). */
export interface TextExample {
  readonly text: string;
  readonly pair: string | null;
}

const stored = z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])]);

/** The bytes that stand for a text in hashes: UTF-8 JSON, ["text"] or ["text", "pair"]. */
export function encodeText({ text, pair }: TextExample): Uint8Array {
  return Buffer.from(JSON.stringify(pair === null ? [text] : [text, pair]));
}

export function decodeText(bytes: Uint8Array): TextExample {
  const parsed = stored.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  if (!parsed.success) throw new DatasetError('A text of the dataset cannot be read.', 'Register the dataset anew.');
  const [text, pair] = parsed.data;
  return { text, pair: pair ?? null };
}
