/**
 * @file The certificate of a soup: what it was made of and how, so that anybody with the files can check it offline. It
 * lies in the soup's metadata and beside it as JSON. It is evidence, not a signature: who can write the file can write
 * the certificate, but not one that fits other ingredients.
 */
import { z } from 'zod';
import { hashJson, type JsonObject } from '../json.js';
import { learnedMix, mixing, soupTrial } from './trace.js';

export const CERTIFICATE_KEY = 'stockpot.certificate';

const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json());
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const certifiedInput = z.strictObject({
  /** File or folder name, without the path. */
  name: z.string(),
  /** One hash of all its weights: SHA-256 of the file, or of the list of the shards' hashes. */
  content: sha256,
  files: z.array(z.strictObject({ name: z.string(), bytes: z.int().min(0), sha256 })).min(1),
});
export type CertifiedInput = z.infer<typeof certifiedInput>;

/** The examples that something was measured or chosen on: they are spent for the soup and all that is made of it. */
const certifiedExamples = z.strictObject({
  /** SHA-256 over every example of the data set, and of those that were looked at. */
  dataset: sha256,
  split: sha256,
  /** Where they were taken from, in the words of the command: 'train:1000'. */
  from: z.string(),
  seed: z.int().min(0),
  n: z.int().min(1),
  /** SHA-256 of the protocol document by which they were scored; null where nothing was scored. */
  protocol: sha256.nullable(),
});
export type CertifiedExamples = z.infer<typeof certifiedExamples>;

/** By what the ingredients of a soup, or their coefficients, were chosen. `ingredients` of the certificate are those that are in it. */
const certifiedChoice = z.strictObject({
  /** A method of choosing, and everything it was told. */
  method: z.string(),
  parameters: jsonObject,
  /** `content` of every model that could have been chosen. */
  pool: z.array(sha256).min(1),
  /** Of a random order or of shuffled images; absent where it is that of the examples. */
  seed: z.int().min(0).exactOptional(),
  /** What they were called, in that order. */
  names: z.array(z.string()).exactOptional(),
  examples: certifiedExamples.exactOptional(),
  /** Of each model of the pool alone. */
  scores: z.array(z.number()).exactOptional(),
  /** Every candidate that was tried, in order; indices count the pool. */
  trace: z.array(soupTrial).exactOptional(),
  learned: learnedMix.exactOptional(),
});
export type CertifiedChoice = z.infer<typeof certifiedChoice>;

/** What was measured on data after mixing and does not follow from the ingredients. */
export const certifiedMeasurement = z.strictObject({
  what: z.literal('batch normalisation'),
  /** Names of the running statistics. */
  statistics: z.array(z.string()).min(1),
  /** SHA-256 of the model's description in the metadata, whose graph they lie in. */
  description: sha256,
  examples: certifiedExamples,
  /** Images of one batch, whose statistics were averaged. */
  batch: z.int().min(1),
});
export type CertifiedMeasurement = z.infer<typeof certifiedMeasurement>;

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
  /**
   * How `coefficients` are to be read. 'linear': every tensor is the sum of coefficient · input. 'by tensor': each tensor has
   * coefficients of its own (`shares`), and these are their mean by the number of elements. 'nominal': no linear combination,
   * and these are the weights that were asked for.
   */
  mixing,
  /** What each ingredient, and then the stock, counts. Of any sign and size. */
  coefficients: z.array(z.number()).min(1),
  /** The same by tensor; there exactly for mixing 'by tensor'. */
  shares: z.record(z.string(), z.array(z.number())).exactOptional(),
  /** The same of the models that were never soups themselves, soups among the inputs taken apart; null but for mixing 'linear'. */
  effective: z.array(z.strictObject({ name: z.string(), content: sha256, coefficient: z.number() })).nullable(),
  /** By what its ingredients, or their coefficients, were chosen; absent where they were given. */
  chosen: certifiedChoice.exactOptional(),
  /** SHA-256 of the soup's file, where the certificate is kept apart from it. */
  content: sha256.exactOptional(),
  tensors: z.record(z.string(), z.strictObject({ sha256, bytes: z.int().min(0) })),
  /** Names of tensors → the name of the tensor that they are tied to. */
  tied: z.record(z.string(), z.string()),
  /** Where running statistics were estimated again on data. */
  measured: certifiedMeasurement.exactOptional(),
  /** Files with what was measured of each ingredient, where the method mixes by that: Fisher information, Gram matrices. */
  statistics: z.array(certifiedInput).min(1).exactOptional(),
  /** What a reader must know before use. */
  notes: z.array(z.string()),
});
export type SoupCertificate = z.infer<typeof soupCertificate>;

/** The certificate in a file's metadata; null for a file without one, or with one that cannot be read. */
export function readCertificate(metadata: ReadonlyMap<string, string>): SoupCertificate | null {
  return parseCertificate(metadata.get(CERTIFICATE_KEY));
}

/** A certificate that lies apart from its soup; null for a text that is none. */
export function parseCertificate(text: string | undefined): SoupCertificate | null {
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

/** Whether two lists of coefficients are the same up to what another version, or another order of adding, may round otherwise. */
export function equalNumbers(one: readonly number[] = [], other: readonly number[] = []): boolean {
  const close = (a: number, b: number) => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a), Math.abs(b));
  return one.length === other.length && one.every((number, at) => close(number, other[at] ?? Number.NaN));
}

/**
 * Takes soups among the inputs apart: coefficients of the models that they were made of, those of one model added up.
 *
 * @param certificates of each input that is a soup
 */
export function effectiveCoefficients(
  coefficients: readonly number[],
  inputs: readonly CertifiedInput[],
  certificates: readonly (SoupCertificate | null)[],
): NonNullable<SoupCertificate['effective']> {
  const found = new Map<string, { name: string; content: string; coefficient: number }>();
  for (const [index, { name, content }] of inputs.entries()) {
    const share = coefficients[index] ?? 0;
    const own = certificates[index] ?? null;
    // A soup whose own coefficients are unknown stands for itself: nothing is known of what is in it.
    const parts = own?.effective ?? [{ name, content, coefficient: 1 }];
    for (const part of parts) {
      const before = found.get(part.content)?.coefficient ?? 0;
      found.set(part.content, { ...part, coefficient: before + share * part.coefficient });
    }
  }
  return [...found.values()];
}
