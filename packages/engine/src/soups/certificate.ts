/**
 * @file The certificate of a soup: what it was made of and how, so that anybody with the files can check it offline. It
 * lies in the soup's metadata and beside it as JSON. It is evidence, not a signature: who can write the file can write
 * the certificate, but not one that fits other ingredients.
 */
import { z } from 'zod';
import type { CheckpointReader } from '../checkpoints/open-checkpoint.js';
import { hashJson, type JsonObject } from '../json.js';

export const CERTIFICATE_KEY = 'stockpot.certificate';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const certifiedInput = z.strictObject({
  /** File or folder name, without the path. */
  name: z.string(),
  /** One hash of all its weights: SHA-256 of the file, or of the list of the shards' hashes. */
  content: sha256,
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256 })).min(1),
});
export type CertifiedInput = z.infer<typeof certifiedInput>;

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());

export const soupCertificate = z.strictObject({
  certificate: z.literal('stockpot soup 1'),
  /** A row of the table of methods, and everything it was told, defaults included. */
  method: z.string(),
  parameters: jsonObject,
  /** Of the random numbers; null for a method that draws none. */
  seed: z.int().min(0).nullable(),
  /** In the order in which the method saw them. */
  ingredients: z.array(certifiedInput).min(1),
  base: certifiedInput.nullable(),
  /** What each ingredient, and then the stock, counts; null where the method is not linear or differs by tensor. */
  coefficients: z.array(z.number()).nullable(),
  /** The same of the models that were never soups themselves, soups among the ingredients taken apart. */
  effective: z.array(z.strictObject({ name: z.string(), content: sha256, coefficient: z.number() })).nullable(),
  tensors: z.record(z.string(), z.strictObject({ sha256, bytes: z.int().min(0) })),
  /** Names of tensors → the name of the tensor that they are tied to. */
  tied: z.record(z.string(), z.string()),
  /** What a reader must know before use. */
  notes: z.array(z.string()),
});
export type SoupCertificate = z.infer<typeof soupCertificate>;

/** The certificate in a file's metadata; null for a file without one, or with one that cannot be read. */
export function readCertificate(metadata: ReadonlyMap<string, string>): SoupCertificate | null {
  const text = metadata.get(CERTIFICATE_KEY);
  if (text === undefined) return null;
  try {
    return soupCertificate.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** The hash that stands for an input: that of its file, or of the list of its shards. */
export function contentOf(files: CertifiedInput['files']): string {
  const [only] = files;
  return files.length === 1 && only !== undefined ? only.sha256 : hashJson(files.map((file) => file.sha256));
}

/**
 * Takes soups among the inputs apart: coefficients of the models that they were made of, those of one model added up.
 * Null where some coefficients are not known.
 */
export function effectiveCoefficients(
  coefficients: readonly number[] | null,
  inputs: readonly CertifiedInput[],
  readers: readonly Pick<CheckpointReader, 'metadata'>[],
): SoupCertificate['effective'] {
  if (coefficients === null) return null;
  const found = new Map<string, { name: string; content: string; coefficient: number }>();
  for (const [index, { name, content }] of inputs.entries()) {
    const share = coefficients[index] ?? 0;
    const own = readCertificate(readers[index]?.metadata ?? new Map());
    // A soup whose own coefficients are unknown stands for itself: nothing is known of what is in it.
    const parts = own?.effective ?? [{ name, content, coefficient: 1 }];
    for (const part of parts) {
      const before = found.get(part.content)?.coefficient ?? 0;
      found.set(part.content, { ...part, coefficient: before + share * part.coefficient });
    }
  }
  return [...found.values()];
}
