import type { TestImages } from '../../data/test-images.js';
import { canonicalJson } from '../../json.js';
import type { Examination } from '../mixtures/classifier-answers.js';

/** Bytes of prepared images that are kept: 1,700 images of 3 × 224 × 224. */
const MOST_BYTES = 2 ** 30;

/** Images that are prepared once for all mixtures that are asked about them. */
export interface KeptImages extends AsyncDisposable {
  readonly images: Examination['images'];
}

/**
 * Keeps prepared images between mixtures where they fit into memory: the mixtures of a pool take the same ones, and reading, decoding
 * and normalising them anew would often take longer than the network does. Others are opened anew for each mixture.
 *
 * @param most bytes, 1 GiB when left out
 */
export function keptImages(open: Examination['images'], most = MOST_BYTES): KeptImages {
  const kept = new Map<string, TestImages>();
  const opened: TestImages[] = [];
  return {
    async images(plan) {
      const key = canonicalJson({ image: [...plan.image], normalise: { ...plan.normalise } });
      const known = kept.get(key);
      if (known !== undefined) return known;
      const fresh = await open(plan);
      const bytes = fresh.n * plan.image.reduce((product, length) => product * length, 4);
      if (bytes > most) return fresh;
      opened.push(fresh);
      const chunks = new Map<number, Promise<Float32Array<ArrayBuffer>>>();
      const held: TestImages = {
        n: fresh.n,
        chunks: fresh.chunks,
        chunk(index) {
          const found = chunks.get(index) ?? fresh.chunk(index);
          chunks.set(index, found);
          return found;
        },
        // What is kept is given back with the pool.
        [Symbol.asyncDispose]: async () => undefined,
      };
      kept.set(key, held);
      return held;
    },
    async [Symbol.asyncDispose]() {
      for (const images of opened) await images[Symbol.asyncDispose]();
    },
  };
}
