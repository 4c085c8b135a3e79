import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listCifarC } from './cifar-c-arrays.js';
import { listImagenetC, listImagenetCBar } from './imagenet-c-folders.js';
import { listLaionC } from './laion-c-folders.js';
import { listMnistC } from './mnist-c-arrays.js';
import { npyArray } from './npy.fixture.js';

const NOISE = ['gaussian_noise', 'shot_noise', 'impulse_noise'];
const LAION = ['mosaic', 'glitched', 'vertical_lines', 'stickers', 'geometric_shapes', 'luminance_checkerboard'];
const SUPERCLASSES =
  'ball bird boat bottle butterfly car_truck cat chair dog fish fruit instruments primate snakes timekeeping tools';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'stockpot-official-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function put(path: string, bytes: Uint8Array | string = 'an image'): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
}

function npy(shape: readonly number[], labels?: readonly number[]): Buffer {
  const n = shape.reduce((product, axis) => product * axis, 1);
  return npyArray(shape, labels ?? new Uint8Array(n));
}

async function folders(
  name: string,
  corruptions: readonly string[],
  severity: (s: number) => string,
  classes: readonly string[],
): Promise<string> {
  for (const corruption of corruptions) {
    for (const s of [1, 2, 3, 4, 5]) {
      for (const wnid of classes) {
        for (const image of ['a', 'b']) await put(`${name}/${corruption}/${severity(s)}/${wnid}/${image}.JPEG`);
      }
    }
  }
  return join(root, name);
}

describe('the folders of ImageNet-C', () => {
  test('some corruptions of it, when they are named, are listed with their counts', async () => {
    const folder = await folders('noise', NOISE, String, ['n01440764', 'n01443537']);
    await put('noise/gaussian_noise/1/n01440764/readme.txt');
    const set = await listImagenetC(folder, { corruptions: NOISE });
    expect(set.protocol).toBe('imagenet-c-official-1');
    expect(set.classes).toEqual(['n01440764', 'n01443537']);
    expect(set.cells).toHaveLength(15);
    expect(set.cells[6]).toEqual({ corruption: 'shot_noise', severity: 2, n: 4, source: 'shot_noise/2' });
  });

  test('an incomplete set is refused with the names of what is missing', async () => {
    const folder = await folders('part', NOISE, String, ['n01440764']);
    await expect(listImagenetC(folder)).rejects.toThrow(
      /12 of the 15 corruptions of ImageNet-C are not there: defocus_blur, .*, frost, .*jpeg_compression\./,
    );
    await expect(listImagenetCBar(folder)).rejects.toThrow(/10 of the 10 corruptions of ImageNet-C-bar/);
    await expect(listImagenetC(folder, { corruptions: ['rain'] })).rejects.toThrow(/no corruption rain/);
  });

  test('a severity, a class or an image that is missing is named', async () => {
    const classes = ['n01440764', 'n01443537'];
    const only = { corruptions: ['shot_noise'] };
    const severity = await folders('severity', ['shot_noise'], String, classes);
    await rm(join(severity, 'shot_noise/4'), { recursive: true });
    await expect(listImagenetC(severity, only)).rejects.toThrow(/the folder shot_noise\/4 is missing/);
    const wnid = await folders('class', ['shot_noise'], String, classes);
    await rm(join(wnid, 'shot_noise/3/n01443537'), { recursive: true });
    await expect(listImagenetC(wnid, only)).rejects.toThrow(/n01443537 is missing in shot_noise\/3/);
    const image = await folders('image', ['shot_noise'], String, classes);
    await rm(join(image, 'shot_noise/5/n01440764/b.JPEG'));
    await expect(listImagenetC(image, only)).rejects.toThrow(
      /shot_noise\/5\/n01440764 has 1 images, shot_noise\/1\/n01440764 has 2: b.JPEG is missing/,
    );
    const other = await folders('other', ['shot_noise'], String, classes);
    await rename(join(other, 'shot_noise/2/n01443537/a.JPEG'), join(other, 'shot_noise/2/n01443537/aa.JPEG'));
    await expect(listImagenetC(other, only)).rejects.toThrow(
      /shot_noise\/2\/n01443537 has aa.JPEG where shot_noise\/1\/n01443537 has a.JPEG/,
    );
  });
});

describe('the folders of LAION-C', () => {
  test('are listed by intensity level and superclass', async () => {
    const folder = await folders('laion', LAION, (s) => `intensity_level_${s}`, SUPERCLASSES.split(' '));
    const set = await listLaionC(folder);
    expect(set.classes?.join(' ')).toBe(SUPERCLASSES);
    expect(set.cells).toHaveLength(30);
    expect(set.cells[29]).toEqual({
      corruption: 'luminance_checkerboard',
      severity: 5,
      n: 32,
      source: 'luminance_checkerboard/intensity_level_5',
    });
    await put('laion/mosaic/intensity_level_2/toaster/a.JPEG');
    await expect(listLaionC(folder)).rejects.toThrow(
      /mosaic\/intensity_level_2 does not have the class folders of LAION-C: toaster does not belong/,
    );
  });
});

describe('the images of LAION-C as the code that made them calls them', () => {
  /** Cells of two photographs each, called by corruption and level. */
  async function called(name: string, image: (photograph: string, corruption: string, level: number) => string) {
    for (const corruption of LAION) {
      for (const level of [1, 2, 3, 4, 5]) {
        for (const superclass of SUPERCLASSES.split(' ')) {
          const folder = `${name}/${corruption}/intensity_level_${level}/${superclass}`;
          for (const photograph of ['n01440764_10', 'n01440764_9']) {
            const file = image(photograph, corruption, level);
            await put(`${folder}/${file}`, `${photograph} ${corruption} ${level}`);
          }
        }
      }
    }
    return join(root, name);
  }

  test('show the same photographs in every cell, whatever the cell adds to their names', async () => {
    const folder = await called('made', (photograph, type, level) => `${photograph}._${type}_${level}.JPEG`);
    const set = await listLaionC(folder);
    expect(set.rows.names?.slice(0, 3)).toEqual([
      'ball/n01440764_10.JPEG',
      'ball/n01440764_9.JPEG',
      'bird/n01440764_10.JPEG',
    ]);
    for (const [place, words] of [
      [0, 'mosaic 1'],
      [29, 'luminance_checkerboard 5'],
    ] as const) {
      const cell = set.cells[place];
      if (cell === undefined) throw new Error('There is no such cell.');
      expect(Buffer.from(await set.open(cell).read(1)).toString()).toBe(`n01440764_9 ${words}`);
    }
    await rm(join(folder, 'stickers/intensity_level_3/cat/n01440764_9._stickers_3.JPEG'));
    await expect(listLaionC(folder)).rejects.toThrow(
      /stickers\/intensity_level_3\/cat has 1 images.*n01440764_9.JPEG is missing/,
    );
  });

  test('keep their names where they are called as their photographs', async () => {
    const folder = await called('plain', (photograph) => `${photograph}.JPEG`);
    expect((await listLaionC(folder)).rows.names?.[1]).toBe('ball/n01440764_9.JPEG');
  });
});

describe('the arrays of CIFAR-10-C', () => {
  const labels = [3, 8, 8];
  const fiveTimes = [1, 2, 3, 4, 5].flatMap(() => labels);

  test('are listed by the names that the reader of arrays gives their parts', async () => {
    await put('cifar/fog.npy', npy([15, 32, 32, 3]));
    await put('cifar/frost.npy', npy([15, 32, 32, 3]));
    await put('cifar/labels.npy', npy([15], fiveTimes));
    const set = await listCifarC(join(root, 'cifar'), { corruptions: ['fog', 'frost'] });
    expect(set.cells.map(({ source, n }) => `${source} ${n}`).join(', ')).toBe(
      [...[1, 2, 3, 4, 5].map((s) => `frost-${s} 3`), ...[1, 2, 3, 4, 5].map((s) => `fog-${s} 3`)].join(', '),
    );
    await expect(listCifarC(join(root, 'cifar'))).rejects.toThrow(/13 of the 16 arrays of CIFAR-C are not there/);
  });

  test('arrays and labels that do not fit together are refused', async () => {
    await put('short/fog.npy', npy([14, 32, 32, 3]));
    await put('short/labels.npy', npy([15], fiveTimes));
    await expect(listCifarC(join(root, 'short'), { corruptions: ['fog'] })).rejects.toThrow(
      /expected 15 images, five times the 3 of labels.npy, found 14/,
    );
    await put('odd/fog.npy', npy([15, 32, 32, 3]));
    await put('odd/labels.npy', npy([15], fiveTimes.with(14, 0)));
    await expect(listCifarC(join(root, 'odd'), { corruptions: ['fog'] })).rejects.toThrow(/do not repeat so/);
  });
});

describe('the arrays of MNIST-C', () => {
  test('are listed at the one severity that was published', async () => {
    for (const name of ['fog', 'zigzag']) {
      await put(`mnist/${name}/test_images.npy`, npy([3, 28, 28, 1]));
      await put(`mnist/${name}/test_labels.npy`, npy([3], [7, 2, 1]));
    }
    const folder = join(root, 'mnist');
    const set = await listMnistC(folder, { corruptions: ['zigzag', 'fog'] });
    expect(set.cells.map(({ corruption, severity, n }) => `${corruption} ${severity} ${n}`)).toEqual([
      'fog 1 3',
      'zigzag 1 3',
    ]);
    await expect(listMnistC(folder)).rejects.toThrow(
      /of the 15 folders of MNIST-C, .* these are not there: shot_noise, impulse_noise,/,
    );
    await put('mnist/zigzag/test_labels.npy', npy([3], [7, 1, 2]));
    await expect(listMnistC(folder, { corruptions: ['fog', 'zigzag'] })).rejects.toThrow(
      /zigzag\/test_images.npy: its 3 images and the 3 labels beside it are not the 3 examples of fog/,
    );
  });
});
