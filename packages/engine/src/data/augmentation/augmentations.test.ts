import { describe, expect, test } from 'vitest';
import { keyed, type Random } from '../../random/index.js';
import { AUGMENTATIONS } from '../../recipe/augmentation.js';
import { parseRandAugment, type RandAugmentPolicy } from '../../recipe/rand-augment.js';
import { crop, grayscale, luma, resize, solarize } from '../image/index.js';
import { oracle } from '../image/oracle.fixture.js';
import type { RawImage } from '../raw-image.js';
import { augmentationOf } from './augmentations.js';
import { exactlyOne, type PipelineContext, sequence, sometimes } from './pipeline.js';
import { randAugment } from './rand-augment.js';
import { increasingOperations, plainOperations } from './rand-augment-operations.js';
import { eraseRandomly } from './random-erasing.js';
import { randomCrop } from './random-resized-crop.js';

const context: PipelineContext = { size: { height: 16, width: 16 }, fill: [124, 116, 104] };
const photograph = oracle.images.find(({ name }) => name === 'colour')?.image;
const drawing = oracle.images.find(({ name }) => name === 'grey')?.image;
if (photograph === undefined || drawing === undefined) throw new Error('The fixture has lost its images.');
const seeds = (n: number) => Array.from({ length: n }, (_, seed) => seed);
const same = (a: RawImage, b: RawImage) => Buffer.compare(a.data, b.data) === 0;

describe('every augmentation of a recipe', () => {
  test.each([...AUGMENTATIONS, 'rand-m9-mstd0.5-inc1', 'rand-m15-n3-p1-inc0'])(
    '%s: its result has the size that was asked for, depends on the key alone, and leaves the image as it was',
    (word) => {
      const augmentation = augmentationOf(word);
      if (augmentation.kind === 'test' || augmentation.kind === 'warp') return;
      for (const image of [photograph, drawing]) {
        const before = Uint8Array.from(image.data);
        const size = augmentation.kind === 'whole' ? context.size : { height: image.height, width: image.width };
        const results = seeds(12).map((seed) => augmentation.pipeline(image, keyed(seed, word), context));
        for (const [seed, result] of results.entries()) {
          expect(result).toMatchObject({ channels: image.channels, ...size });
          expect(augmentation.pipeline(image, keyed(seed, word), context)).toEqual(result);
        }
        expect(new Set(results.map(({ data }) => Buffer.from(data).toString('latin1'))).size).toBeGreaterThan(1);
        expect(image.data).toEqual(before);
      }
    },
  );

  test('a word that is none is refused in a sentence', () => {
    expect(() => augmentationOf('three-augments')).toThrow("There is no augmentation 'three-augments'");
    expect(() => augmentationOf('rand-m99')).toThrow("'m99' should be 'm' and a whole number from 0 to 30");
  });
});

describe('random crops', () => {
  test.each(oracle.crops)(
    "of $size, scale $scale have the moments of torchvision's",
    ({ size, scale, ratio, ...moments }) => {
      const draws = 20_000;
      const image = { height: size[0], width: size[1] };
      const crops = seeds(draws).map((seed) => randomCrop(keyed(seed, 'crop'), image, scale, ratio));
      for (const { top, left, height, width } of crops) {
        expect(top >= 0 && left >= 0 && top + height <= image.height && left + width <= image.width).toBe(true);
      }
      for (const [index, side] of (['top', 'left', 'height', 'width'] as const).entries()) {
        const mean = crops.reduce((sum, rectangle) => sum + rectangle[side], 0) / draws;
        const deviation = Math.sqrt(crops.reduce((sum, rectangle) => sum + (rectangle[side] - mean) ** 2, 0) / draws);
        const expected = moments.deviation[index] ?? 0;
        // Both means are estimates: their difference has √2 of the standard error of one.
        expect(Math.abs(mean - (moments.mean[index] ?? 0))).toBeLessThan(
          4 * Math.SQRT2 * (expected / Math.sqrt(draws)),
        );
        expect(Math.abs(deviation / expected - 1)).toBeLessThan(0.03);
      }
    },
  );

  test('of an image that is far too long are its middle, as near to the ratio as may be', () => {
    expect(randomCrop(keyed(1), { height: 10, width: 1000 }, [0.9, 1], [3 / 4, 4 / 3])).toEqual({
      ...{ top: 0, left: 493, height: 10, width: 13 },
    });
    expect(randomCrop(keyed(1), { height: 1000, width: 10 }, [0.9, 1], [3 / 4, 4 / 3])).toEqual({
      ...{ top: 493, left: 0, height: 13, width: 10 },
    });
  });
});

describe('RandAugment', () => {
  test("has timm's operations, and their arguments at every magnitude", () => {
    expect(Object.keys({ ...plainOperations, ...increasingOperations }).sort()).toEqual(
      Object.keys(oracle.levels).sort(),
    );
    expect(Object.keys(plainOperations)).toHaveLength(15);
    expect(Object.keys(increasingOperations)).toHaveLength(15);
    for (const [name, levels] of Object.entries(oracle.levels)) {
      const operation = plainOperations[name] ?? increasingOperations[name];
      for (const [magnitude, expected] of Object.entries(levels)) {
        // What is given to an operation that takes nothing does not matter.
        if (expected !== null) expect(operation?.argument(Number(magnitude) / 10, 1)).toBeCloseTo(expected, 12);
      }
    }
  });

  const policy = (word: string): RandAugmentPolicy => {
    const parsed = parseRandAugment(word);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed;
  };

  test('does nothing with probability 0, without operations, or to a square of one colour by turning it', () => {
    for (const word of ['rand-m9-p0', 'rand-m9-n0']) {
      const operation = randAugment(policy(word));
      for (const seed of seeds(20)) expect(same(operation(photograph, keyed(seed), context), photograph)).toBe(true);
    }
  });

  test('leaves about half of the images alone by one operation of probability ½', () => {
    const operation = randAugment(policy('rand-m9-n1-inc1'));
    const left = seeds(400).filter((seed) => same(operation(photograph, keyed(seed, 'ra'), context), photograph));
    expect(left.length / 400).toBeGreaterThan(0.42);
    expect(left.length / 400).toBeLessThan(0.62);
  });

  test('at magnitude 20 does what it does at 10, unless mmax lets it', () => {
    const [ten, twenty, free] = ['rand-m10-n4-p1', 'rand-m20-n4-p1', 'rand-m20-n4-p1-mmax20'].map((word) =>
      seeds(20).map((seed) =>
        Buffer.from(randAugment(policy(word))(photograph, keyed(seed), context).data).toString('latin1'),
      ),
    );
    expect(twenty).toEqual(ten);
    expect(free).not.toEqual(ten);
  });
});

describe('3-Augment', () => {
  test('does exactly one of grey, solarize and blur, each to a third of the images', () => {
    const counts = { grey: 0, solarized: 0, blurred: 0 };
    const counted = (name: keyof typeof counts) => (image: RawImage) => {
      counts[name]++;
      return image;
    };
    const choice = exactlyOne(counted('grey'), counted('solarized'), counted('blurred'));
    for (const seed of seeds(900)) choice(photograph, keyed(seed), context);
    expect(counts.grey + counts.solarized + counts.blurred).toBe(900);
    for (const count of Object.values(counts)) expect(Math.abs(count - 300)).toBeLessThan(4 * Math.sqrt(200));
  });

  test('makes a third of the images grey, before and after the colour jitter', () => {
    const augmentation = augmentationOf('three-augment');
    if (augmentation.kind !== 'whole') throw new Error('3-Augment begins with the whole image.');
    const grey = seeds(300).filter((seed) => {
      const { data } = augmentation.pipeline(photograph, keyed(seed), context);
      const plane = data.length / 3;
      return data.subarray(0, plane).every((value, at) => value === data[plane + at] && value === data[2 * plane + at]);
    });
    expect(Math.abs(grey.length - 100)).toBeLessThan(4 * Math.sqrt(300 * (2 / 9)));
  });
});

describe('a pipeline', () => {
  test('gives each operation a stream of its own: one that is put before changes nothing for the others', () => {
    const half = sometimes(0.5, (image) => solarize(image, 0));
    const short = sequence({ half });
    const drawsOne = (image: RawImage, random: Random) => (random.uniform() < 2 ? image : grayscale(image));
    const long = sequence({ first: drawsOne, half });
    for (const seed of seeds(20)) {
      expect(long(photograph, keyed(seed), context)).toEqual(short(photograph, keyed(seed), context));
    }
  });
});

describe('random erasing', () => {
  const shape = [2, 20, 30] as const;
  test('clears one rectangle, the same in all channels, of 2 % to a third of the area, in the wanted share of images', () => {
    let erased = 0;
    for (const seed of seeds(600)) {
      const image = new Float32Array(2 * 20 * 30).fill(1);
      eraseRandomly(image, shape, keyed(seed, 'erase'), { probability: 0.25, with: 'mean' });
      const first = image.subarray(0, 600);
      expect(image.subarray(600)).toEqual(first);
      const holes = [...first.keys()].filter((at) => first[at] === 0);
      if (holes.length === 0) continue;
      erased++;
      const rows = new Set(holes.map((at) => Math.floor(at / 30)));
      const columns = new Set(holes.map((at) => at % 30));
      expect(rows.size * columns.size).toBe(holes.length);
      // Sides are rounded to whole pixels.
      expect(holes.length / 600).toBeGreaterThan(0.01);
      expect(holes.length / 600).toBeLessThan(0.37);
    }
    expect(Math.abs(erased / 600 - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / 600));
  });

  test('with noise gives normal numbers', () => {
    const noise = seeds(200).flatMap((seed) => {
      const image = new Float32Array(2 * 20 * 30).fill(100);
      eraseRandomly(image, shape, keyed(seed, 'erase'), { probability: 1, with: 'noise' });
      return [...image].filter((value) => value !== 100);
    });
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(noise.length));
    expect(Math.abs(variance - 1)).toBeLessThan(4 * Math.sqrt(2 / noise.length));
  });
});

describe('operations on images', () => {
  test('resizing an image of one colour keeps the colour, whatever the sizes', () => {
    for (const [height, width] of [
      [1, 1],
      [7, 40],
      [50, 3],
    ] as const) {
      const plain: RawImage = { channels: 1, height, width, data: new Uint8Array(height * width).fill(177) };
      for (const interpolation of ['nearest', 'bilinear', 'bicubic'] as const) {
        const { data } = resize(plain, { height: 13, width: 9 }, interpolation);
        expect(data.every((value) => value === 177)).toBe(true);
      }
    }
  });

  test('cropping beyond the image is black there', () => {
    const out = crop(photograph, { top: -3, left: 40, height: 4, width: 4 });
    expect([...out.data]).toEqual(Array(48).fill(0));
  });

  test('the luma of grey is grey', () => {
    const plain: RawImage = { channels: 3, height: 16, width: 16, data: new Uint8Array(768).map((_, at) => at % 256) };
    expect(luma(plain)).toEqual(plain.data.subarray(0, 256));
  });
});
