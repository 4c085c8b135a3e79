/** @file Folders of synthetic photographs: JPEG files of differing sizes in a folder a class. Used by tests and benchmarks. */
import sharp from 'sharp';
import { keyed } from '../random/index.js';

export interface PhotographOptions {
  readonly classes: number;
  /** Photographs of each class. */
  readonly each: number;
  /** Least and most of both sides, in pixels. */
  readonly sides: readonly [number, number];
}

/** Files by path, `<part>/<class>/<number>.jpg`: one colour a class, waves and noise over it. */
export async function photographs(
  part: string,
  { classes, each, sides: [least, most] }: PhotographOptions,
): Promise<Record<string, Uint8Array>> {
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < classes * each; index++) {
    const label = index % classes;
    const random = keyed(3, part, index);
    const [width, height] = [least + random.integer(most - least + 1), least + random.integer(most - least + 1)];
    const pixels = Buffer.alloc(width * height * 3);
    for (let at = 0; at < width * height; at++) {
      const wave = 60 * Math.sin((at % width) / 9 + index) * Math.cos(Math.floor(at / width) / 7);
      for (let channel = 0; channel < 3; channel++) {
        const level = (channel === label % 3 ? 180 : 60) + wave + random.integer(24);
        pixels[at * 3 + channel] = Math.max(0, Math.min(255, level));
      }
    }
    const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: 90 })
      .toBuffer();
    files[`${part}/class-${label}/${index}.jpg`] = jpeg;
  }
  return files;
}
