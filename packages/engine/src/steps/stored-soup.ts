import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { StepOutput } from '../artifacts/store.js';
import { canonicalJson } from '../json.js';
import { cookMixture, type Ingredient, type Mixture, type SoupCertificate, soupCertificate } from '../soups/index.js';
import type { SoupOptions } from '../soups/streaming/index.js';
import type { StepContext } from './definition.js';

interface StoredSoup {
  readonly certificate: SoupCertificate;
  /** `checkpoint` and `certificate`. */
  readonly outputs: Readonly<Record<'checkpoint' | 'certificate', StepOutput>>;
}

/**
 * Writes a soup into the store, and its certificate beside it: equal weights are one artifact, whoever mixed them. Soups among
 * the ingredients are taken apart by the step's input `certificates`. No soup is stored before it is whole.
 */
export async function storeSoup(
  order: {
    readonly mixture: Mixture;
    readonly ingredients: readonly Ingredient[];
    readonly base?: Ingredient | null;
    readonly measured?: readonly string[];
  },
  words: Partial<Pick<SoupOptions, 'chosen' | 'described'>>,
  { store, signal, reporter, threads, scratch, inputs }: StepContext,
): Promise<StoredSoup> {
  const certificates: SoupCertificate[] = [];
  for (const { path } of inputs.certificates ?? []) {
    certificates.push(soupCertificate.parse(JSON.parse(await readFile(path, 'utf8'))));
  }
  const output = join(scratch, 'soup.safetensors');
  try {
    const mixed = await cookMixture(
      { base: null, ...order, output },
      {
        ...{ signal, threads, certificates, certificate: 'apart', durable: false, ...words },
        maxShardBytes: Number.POSITIVE_INFINITY,
        onProgress: (done, total) => reporter.progress({ done, total, unit: 'bytes' }),
      },
    );
    const bytes = createReadStream(output, { highWaterMark: 2 ** 20 });
    const checkpoint = await store.put(bytes, 'application/x-safetensors');
    const whole = { ...mixed, content: checkpoint.hash };
    const certificate = await store.put(Buffer.from(canonicalJson(whole)), 'application/json');
    return { certificate: whole, outputs: { checkpoint, certificate } };
  } finally {
    await rm(output, { force: true });
  }
}
