import { z } from 'zod';
import { measureParameters } from '../recipe/benchmark-kinds/index.js';
import { corruptionSuite, severity, splitRole } from '../recipe/parameters.js';
import { classRule } from '../recipe/scoring-options.js';
import { readDocument } from './document.js';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const identity = z.strictObject({
  contentHash: sha256,
  /** [c, h, w]; null where sizes differ. */
  image: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).nullable(),
  classes: z.int().min(1),
  /** Of encoded images: SHA-256 over their decoded pixels, which another decoder may change. */
  pixels: sha256.exactOptional(),
});
const splitIdentity = z.strictObject({ name: z.string(), role: splitRole, contentHash: sha256, n: z.int().min(1) });
const subset = z.strictObject({ count: z.int().min(1), seed: z.int().min(0), rule: z.string() }).nullable();

/**
 * What exactly a score is a score of. The SHA-256 of this document stands on every number, so two numbers with the same
 * hash were taken on the same examples, in the same order, transformed the same way, by the same formulas.
 */
export const evaluationProtocol = z.strictObject({
  format: z.literal('stockpot-protocol'),
  version: z.literal(1),
  dataset: identity,
  split: splitIdentity,
  subset,
  /** Positions in the split, in the order in which examples are scored. */
  positions: z.array(z.int().min(0)).min(1),
  /** Distinct examples; a corruption benchmark scores each of them once a cell. */
  n: z.int().min(1),
  preprocessing: z.string(),
  /** How a model's classes answer for the labels, where they are not the labels' own; absent where they are. */
  scoring: z.strictObject({ classes: classRule, definition: z.string() }).exactOptional(),
  corruptions: z
    .strictObject({
      suite: corruptionSuite,
      /** The version of the definitions below, e.g. 'mnist-c-5', or of the official files: 'cifar-c-official-1'. */
      protocol: z.string(),
      /** Absent for generated images: the published files are other images, and no number on the one compares with one on the other. */
      origin: z.literal('official files').exactOptional(),
      /** What decoded the official files. */
      decoder: z.string().exactOptional(),
      /** Size [c, h, w] of the corrupted images where they were cut out of photographs of many sizes; the rule is in `preprocessing`. */
      image: z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)]).exactOptional(),
      severities: z.array(severity).min(1),
      order: z.string(),
      randomness: z.string(),
      /** In the order of the cells, each with its parameters for the severities above. */
      list: z.array(
        z.strictObject({
          name: z.string(),
          definition: z.string(),
          levels: z.array(z.record(z.string(), z.number())),
        }),
      ),
      /** SHA-256 of the `images` output; of official files of the hashes in it, one of the pixels of each image. */
      images: sha256,
      /** Whose errors divide the CEs; absent where none was declared, and no CE is given. */
      normaliser: z
        .strictObject({
          name: z.string(),
          source: z.string(),
          severities: z.array(severity),
          clean: z.number().min(0).max(1),
          errors: z.record(z.string(), z.number().min(0).max(1)),
        })
        .exactOptional(),
    })
    .nullable(),
  /** What is measured, where it is not plain answers: `protocol` names the version of the definition, e.g. 'knn-1'. */
  measure: z
    .strictObject({
      protocol: z.string(),
      /** The formula in words, with its source. */
      formula: z.string(),
      parameters: measureParameters,
      /** The second split, where there is one: what is learned from, or what is told apart. */
      other: z
        .strictObject({
          dataset: identity,
          split: splitIdentity,
          subset,
          positions: z.array(z.int().min(0)).min(1),
        })
        .exactOptional(),
    })
    .exactOptional(),
  metrics: z.record(z.string(), z.string()),
});
export type EvaluationProtocol = z.infer<typeof evaluationProtocol>;

/** Throws EvaluationError for a file that is no protocol document. */
export function readProtocol(path: string): Promise<EvaluationProtocol> {
  return readDocument(path, evaluationProtocol, 'a protocol document');
}

/** Rows that a model answers: examples, times cells of a corruption benchmark. */
export function rowsOf({ n, corruptions }: EvaluationProtocol): number {
  return corruptions === null ? n : n * corruptions.list.length * corruptions.severities.length;
}
