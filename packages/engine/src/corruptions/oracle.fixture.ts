/** What test/oracles/engine/corruptions.py wrote. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import type { RawImage } from '../data/raw-image.js';

const image = z
  .strictObject({ shape: z.tuple([z.int(), z.int(), z.int()]), gzip: z.string() })
  .transform(({ shape: [channels, height, width], gzip }): RawImage => {
    const data = new Uint8Array(gunzipSync(Buffer.from(gzip, 'base64')));
    return { channels, height, width, data };
  });
const versions = z.record(z.string(), z.string());
const corrupted = z.record(z.string(), z.array(image).length(5));
const deterministic = z.strictObject({
  versions,
  suites: z.strictObject({ clean: image, 'imagenet-c': corrupted, 'cifar-c': corrupted }),
  motions: z.array(z.strictObject({ radius: z.number(), sigma: z.number(), angle: z.number(), image })),
  waters: z.array(image),
  verticalLines: z.strictObject({
    clean: image,
    drawn: z.array(z.strictObject({ lines: z.number(), step: z.number(), image })),
  }),
});

/** Mean change, deviation of the change and a histogram of sixteen bins: their means over the draws, and their spread. */
const described = z.strictObject({ mean: z.array(z.number()).length(18), spread: z.array(z.number()).length(18) });
const ofImages = z.strictObject({ flat: z.array(described).length(5), picture: z.array(described).length(5) });
const statistics = z.strictObject({
  draws: z.int(),
  side: z.int(),
  corruptions: z.record(z.string(), ofImages),
});
const statisticsFile = z.strictObject({
  versions,
  pictures: z.strictObject({ flat: image, picture: image }),
  'imagenet-c': statistics,
  'laion-c': statistics,
});
const barFile = z.strictObject({ versions, 'imagenet-c-bar': statistics });

const folder = join(import.meta.dirname, 'fixtures');
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));

export const exact = deterministic.parse(read('deterministic.json'));
const drawn = statisticsFile.parse(read('statistics.json'));
export const cleanPictures = drawn.pictures;
export const random = {
  'imagenet-c': drawn['imagenet-c'],
  'laion-c': drawn['laion-c'],
  'imagenet-c-bar': barFile.parse(read('statistics-bar.json'))['imagenet-c-bar'],
} as const;
export type Described = z.infer<typeof described>;

/** Share of values that differ by more than one grey. */
export function shareBeyondOneGrey(a: RawImage, b: RawImage): number {
  let beyond = 0;
  for (const [at, value] of a.data.entries()) if (Math.abs(value - (b.data[at] ?? -255)) > 1) beyond++;
  return beyond / a.data.length;
}
