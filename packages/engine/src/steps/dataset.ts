import { z } from 'zod';
import { registerDataset } from '../data/register.js';
import { canonicalJson } from '../json.js';
import { datasetParameters, splitRole } from '../recipe/parameters.js';
import { defineStep } from './definition.js';

const count = z.int().min(1);

export const datasetSummary = z.strictObject({
  contentHash: z.string(),
  classes: count,
  /** Channels, height, width. */
  image: z.tuple([count, count, count]),
  splits: z.array(z.strictObject({ name: z.string(), role: splitRole, n: count, contentHash: z.string() })),
  /** Pairs of splits that share identical images, and how many distinct ones; honest whatever the file repeats. */
  overlaps: z.array(z.strictObject({ a: z.string(), b: z.string(), n: count })),
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

/** Registers a dataset: output `manifest` (JSON), and `examples`, the 32-byte hash of each image. */
export const dataset = defineStep({
  kind: 'dataset',
  parameters: datasetParameters,
  summary: datasetSummary,
  async execute(parameters, { resolveSource, store }) {
    const { manifest, examples } = await registerDataset(parameters, resolveSource(parameters.source));
    const { contentHash, classes, image, splits, overlaps } = manifest;
    return {
      outputs: {
        examples: await store.put(examples, 'application/octet-stream'),
        manifest: await store.put(Buffer.from(canonicalJson(manifest)), 'application/json'),
      },
      summary: {
        contentHash,
        classes,
        image,
        splits: splits.map(({ name, role, n, contentHash }) => ({ name, role, n, contentHash })),
        overlaps,
      },
    };
  },
});
