import { z } from 'zod';
import type { DatasetManifest } from '../data/manifest.js';
import { nearDuplicates } from '../data/near-duplicates/find.js';
import { registerDataset } from '../data/register.js';
import { canonicalJson } from '../json.js';
import { datasetParameters, splitRole } from '../recipe/parameters.js';
import { defineStep } from './definition.js';

const count = z.int().min(1);

export const datasetSummary = z.strictObject({
  contentHash: z.string(),
  classes: count,
  /** Channels, height and width; of images that differ in size, the largest height and width; of text, 1, 1 and the bytes of the longest. */
  image: z.tuple([count, count, count]),
  splits: z.array(z.strictObject({ name: z.string(), role: splitRole, n: count, contentHash: z.string() })),
  /** Pairs of splits that share identical images, and how many distinct ones; honest whatever the file repeats. */
  overlaps: z.array(z.strictObject({ a: z.string(), b: z.string(), n: count })),
  /** How the data lie, of every format but IDX; with what was found, when the recipe left it open. */
  reader: z.string().exactOptional(),
  found: z.string().exactOptional(),
  /** Absent when they were not looked for. */
  nearDuplicates: nearDuplicates.exactOptional(),
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

/** Registers a dataset: output `manifest` (JSON), and `examples`, the 32-byte hash of each image. */
export const dataset = defineStep({
  kind: 'dataset',
  parameters: datasetParameters,
  summary: datasetSummary,
  async execute(parameters, { resolveSource, store, signal, reporter }) {
    const { manifest, examples } = await registerDataset(parameters, resolveSource(parameters.source), {
      signal,
      onProgress: (done, total) => reporter.progress({ done, total, unit: 'examples' }),
    });
    const { contentHash, classes, splits, overlaps } = manifest;
    return {
      outputs: {
        examples: await store.put(examples, 'application/octet-stream'),
        manifest: await store.put(Buffer.from(canonicalJson(manifest)), 'application/json'),
      },
      summary: {
        contentHash,
        classes,
        image: imageOf(manifest),
        splits: splits.map(({ name, role, n, contentHash }) => ({ name, role, n, contentHash })),
        overlaps,
        ...(manifest.version === 1 ? {} : { reader: manifest.reader }),
        ...(manifest.version === 2 && manifest.found !== undefined ? { found: manifest.found } : {}),
        ...(manifest.nearDuplicates === undefined ? {} : { nearDuplicates: manifest.nearDuplicates }),
      },
    };
  },
});

function imageOf(manifest: DatasetManifest): [number, number, number] {
  if (manifest.version === 1) return manifest.image;
  const { content } = manifest;
  if (content.kind === 'pixels') return content.image;
  return content.kind === 'text' ? [1, 1, content.longest] : [content.channels, content.height[1], content.width[1]];
}
