import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RawImage } from '../data/raw-image.js';
import { keyed } from '../random/index.js';
import { type ColourSuite, type ColourSuiteName, colourSuites, corruptColourImage } from './colour-suites.js';

const SEVERITIES = [1, 2, 3, 4, 5] as const;
const suites: readonly (readonly [ColourSuiteName, ColourSuite])[] = [
  ['imagenet-c', colourSuites['imagenet-c']],
  ['cifar-c', colourSuites['cifar-c']],
  ['imagenet-c-bar', colourSuites['imagenet-c-bar']],
  ['laion-c', colourSuites['laion-c']],
];
const cases = suites.flatMap(([suite, { corruptions }]) =>
  Object.keys(corruptions).map((corruption) => ({ suite, corruption })),
);

/** Where the published parameters themselves do not grow in effect from one severity to the next; docs/protocols says why. */
const NOT_MONOTONE: Readonly<Record<string, readonly string[]>> = {
  'imagenet-c': ['elastic_transform', 'saturate', 'glass_blur', 'synthetic_frost'],
  'cifar-c': ['elastic_transform', 'saturate', 'glass_blur', 'synthetic_frost', 'motion_blur'],
  'imagenet-c-bar': [],
  'laion-c': [],
};
/** Corruptions without randomness. */
const FIXED = [
  'defocus_blur',
  'zoom_blur',
  'brightness',
  'contrast',
  'pixelate',
  'jpeg_compression',
  'gaussian_blur',
  'saturate',
  'vertical_lines',
];

/** A scene of a few coloured blots on a gradient. */
function scene(seed: number, side: number): RawImage {
  const random = keyed(seed, 'scene');
  const blots = Array.from({ length: 5 }, () => ({
    x: random.uniform(),
    y: random.uniform(),
    r: 0.1 + 0.2 * random.uniform(),
    colour: [random.uniform(), random.uniform(), random.uniform()],
  }));
  const data = new Uint8Array(3 * side * side).map((_, at) => {
    const channel = Math.floor(at / (side * side));
    const y = Math.floor((at % (side * side)) / side) / side;
    const x = (at % side) / side;
    const blot = blots.find((one) => (one.x - x) ** 2 + (one.y - y) ** 2 < one.r ** 2);
    const shade = blot?.colour[channel] ?? 0.2 + 0.6 * (channel === 1 ? y : x);
    return 255 * Math.min(1, Math.max(0, shade + 0.05 * (random.uniform() - 0.5)));
  });
  return { channels: 3, height: side, width: side, data };
}

function distance(a: RawImage, b: RawImage): number {
  return Math.sqrt(a.data.reduce((sum, value, at) => sum + (value - (b.data[at] ?? 0)) ** 2, 0) / a.data.length);
}

const EXAMPLES = { 'imagenet-c': 6, 'cifar-c': 6, 'imagenet-c-bar': 6, 'laion-c': 3 } as const;
/** LAION-C counts its shapes, stickers and lines for the size that it was published for; the others know no such number. */
const SIDES = { 'imagenet-c': 64, 'cifar-c': 32, 'imagenet-c-bar': 64, 'laion-c': 224 } as const;

describe.each(suites)('the suite %s', (_, { protocol, corruptions }) => {
  test('is documented as it is', () => {
    const page = readFileSync(join(import.meta.dirname, `../../../../docs/protocols/${protocol}.md`), 'utf8');
    for (const [corruption, { definition, levels }] of Object.entries(corruptions)) {
      const [row = ''] = page.split('\n').filter((line) => line.startsWith(`| \`${corruption}\` |`));
      expect(row, corruption).toContain(definition);
      for (const key of Object.keys(levels[0] ?? {})) {
        expect(row).toContain(`${key} ${levels.map((level) => Number((level[key] ?? 0).toFixed(4))).join(', ')}`);
      }
    }
  });

  test('has five levels of each corruption, all with the same parameters', () => {
    for (const { levels, definition } of Object.values(corruptions)) {
      expect(levels).toHaveLength(5);
      expect(new Set(levels.map((level) => Object.keys(level).join())).size).toBe(1);
      expect(definition).toMatch(/\.$/);
    }
  });
});

test.each(cases)(
  '$suite, $corruption: stronger with severity, seeded, and another for another example',
  async (one) => {
    const side = SIDES[one.suite];
    const clean = scene(1, side);
    const before = clean.data.slice();
    const first = await corruptColourImage(clean, { ...one, severity: 3, example: 7 });
    expect(first).toMatchObject({ channels: 3, height: side, width: side });
    expect(first.data).toHaveLength(clean.data.length);
    expect(clean.data).toEqual(before);
    await corruptColourImage(clean, { ...one, severity: 5, example: 8 });
    expect(await corruptColourImage(clean, { ...one, severity: 3, example: 7 })).toEqual(first);
    for (const other of [
      { severity: 3, example: 8 },
      { severity: 3, example: 7, seed: 1 },
    ]) {
      const image = await corruptColourImage(clean, { ...one, ...other });
      expect(Buffer.compare(image.data, first.data) === 0).toBe(FIXED.includes(one.corruption));
    }
    const strengths: number[] = [];
    for (const severity of SEVERITIES) {
      let sum = 0;
      for (let example = 0; example < EXAMPLES[one.suite]; example++) {
        const image = scene(example, side);
        sum += distance(await corruptColourImage(image, { ...one, severity, example }), image);
      }
      strengths.push(sum);
    }
    const grows = strengths.every((strength, index) => strength > (strengths[index - 1] ?? 0));
    expect(grows, strengths.join(' < ')).toBe(NOT_MONOTONE[one.suite]?.includes(one.corruption) === false);
  },
);

describe('what a key gives', () => {
  const clean = scene(3, 32);

  test('a suite, corruption, severity or image that is not there is refused', async () => {
    const key = { suite: 'imagenet-c', corruption: 'fog', severity: 1, example: 0 } as const;
    await expect(corruptColourImage(clean, { ...key, corruption: 'frost' })).rejects.toThrow(
      /imagenet-c has no corruption frost: there are gaussian_noise, .*synthetic_frost/,
    );
    await expect(corruptColourImage(clean, { ...key, corruption: 'toString' })).rejects.toThrow(/no corruption/);
    await expect(corruptColourImage(clean, { ...key, severity: 6 })).rejects.toThrow(/there are 1 to 5/);
    const grey = { channels: 1, height: 32, width: 32, data: new Uint8Array(1024) };
    await expect(corruptColourImage(grey, key)).rejects.toThrow(/decode it with three channels/);
    const wide = { channels: 3, height: 16, width: 32, data: new Uint8Array(1536) };
    await expect(corruptColourImage(wide, { ...key, suite: 'imagenet-c-bar', corruption: 'sparkles' })).rejects.toThrow(
      /16×32 pixels.*square/,
    );
  });

  test('images that are not square keep their shape', async () => {
    const wide = { channels: 3, height: 40, width: 64, data: scene(4, 64).data.slice(0, 3 * 40 * 64) };
    for (const suite of ['imagenet-c', 'cifar-c', 'laion-c'] as const) {
      for (const corruption of Object.keys(colourSuites[suite].corruptions)) {
        const image = await corruptColourImage(wide, { suite, corruption, severity: 4, example: 0 });
        expect([image.height, image.width, image.data.length], corruption).toEqual([40, 64, 3 * 40 * 64]);
      }
    }
  });

  test('noise grows by its deviation on the same draws', async () => {
    const middle = { channels: 3, height: 16, width: 16, data: new Uint8Array(768).fill(128) };
    const key = { suite: 'cifar-c', corruption: 'gaussian_noise', example: 0 } as const;
    const [weak, strong] = await Promise.all(
      [1, 4].map((severity) => corruptColourImage(middle, { ...key, severity })),
    );
    for (const [at, value] of (weak?.data ?? []).entries()) {
      const expected = ((value - 128) * 0.09) / 0.04;
      expect(Math.abs((strong?.data[at] ?? 0) - 128 - expected)).toBeLessThan(4);
    }
  });

  test('glitched images are bands of their rows, every other of them black', async () => {
    const image = await corruptColourImage(clean, {
      suite: 'laion-c',
      corruption: 'glitched',
      severity: 5,
      example: 1,
    });
    for (let row = 0; row < 3 * 32; row++) {
      const sorted = (values: Uint8Array) => [...values].sort((a, b) => a - b).join();
      const found = sorted(image.data.slice(row * 32, (row + 1) * 32));
      const channel = Math.floor(row / 32) * 32;
      const sources = Array.from({ length: 32 }, (_, y) =>
        sorted(clean.data.slice((channel + y) * 32, (channel + y + 1) * 32)),
      );
      expect(row % 2 === 0 ? [sorted(new Uint8Array(32))] : sources).toContain(found);
    }
  });

  test('the luminance checkerboard adds one number to each tile, in turn above and below 0', async () => {
    const middle = { channels: 3, height: 28, width: 28, data: new Uint8Array(3 * 784).fill(128) };
    const key = { suite: 'laion-c', corruption: 'luminance_checkerboard', severity: 2 } as const;
    const { data } = await corruptColourImage(middle, { ...key, example: 0 });
    const at = (y: number, x: number) => (data[y * 28 + x] ?? 0) - 128;
    for (const [y, x, sign] of [
      [0, 0, 1],
      [0, 14, -1],
      [14, 0, -1],
      [14, 14, 1],
    ] as const) {
      expect(sign * at(y, x)).toBeGreaterThanOrEqual(50);
      expect(sign * at(y, x)).toBeLessThanOrEqual(101);
      expect(at(y + 13, x + 13)).toBe(at(y, x));
    }
  });
});

test('the bytes are those of these protocols: a change of them is a protocol with a new name', async () => {
  const hashes: Record<string, string> = {};
  for (const [suite, { corruptions, protocol, side }] of suites) {
    const digest = createHash('sha256');
    const clean = scene(5, side);
    for (const corruption of Object.keys(corruptions)) {
      for (const severity of [2, 5]) {
        digest.update((await corruptColourImage(clean, { suite, corruption, severity, example: 11 })).data);
      }
    }
    hashes[protocol] = digest.digest('hex');
  }
  expect(hashes).toEqual({
    'imagenet-c-generated-1': '8ddb7c98c310ab4cdcee771928ddd44e3ec862b77da001e9d3c33b717b2c3b61',
    'cifar-c-generated-1': '02acba053266b94067535492f7a6704440fdcfb2618bca1142d17c525407e5bd',
    'imagenet-c-bar-generated-1': '4b6e9bcb7189dd3c495944112bcfbff584d00608720534746c8866f6a2ff9bff',
    'laion-c-generated-1': 'c38d59096e251f13e75e51a0d624bd00c3b47df8b768c3347e9d49a913175062',
  });
});
