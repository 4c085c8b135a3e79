import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';
import { picture } from './picture.fixture.js';

const { webdataset } = formatFixtures();

describe('an image folder', () => {
  test('has classes by its folders, parts by those above, and images of any size', async () => {
    await using data = await dataFolder({
      'train/cat/a.png': await picture(200, 10, 10),
      'train/cat/B.PNG': await picture(201, 10, 10, { width: 9, height: 3 }),
      'train/dog/deep/er/c.webp': await sharp(await picture(10, 200, 10))
        .webp({ lossless: true })
        .toBuffer(),
      'train/dog/notes.txt': 'not an image',
      'val/dog/d.jpg': await sharp(await picture(10, 10, 200))
        .jpeg()
        .toBuffer(),
      '.hidden/x.png': 'never looked at',
    });
    const manifest = await data.register('image-folder', [allOf('train'), allOf('val', 'test')]);
    expect(manifest).toMatchObject({
      version: 2,
      reader: 'image-folder',
      classes: 2,
      classNames: ['cat', 'dog'],
      content: { kind: 'encoded', channels: 3, orientation: 'stored', height: [3, 4], width: [5, 9] },
      overlaps: [],
    });
    const split = (await data.open(manifest)).split('train');
    expect(split).toMatchObject({ n: 3, channels: 3, size: null, classes: 2 });
    const seen = await Promise.all(
      [0, 1, 2].map(async (position) => {
        const { height, width, data: pixels } = await split.read(position);
        return `${split.labels([position])[0]}: ${height}×${width}, red ${pixels[0]}, green ${pixels[height * width]}`;
      }),
    );
    expect(seen.sort()).toEqual([
      '0: 3×9, red 201, green 10',
      '0: 4×5, red 200, green 10',
      '1: 4×5, red 10, green 200',
    ]);
    await expect(split.load()).rejects.toThrow(
      "The images of the split 'train' differ in size: 3 to 4 pixels high, 5 to 9 wide.",
    );
    expect(() => split.image).toThrow(/differ in size/);
    expect(() => split.images()).toThrow(/encoded files, which cannot be had at once/);
  });

  test('without parts is one, whose numbered classes are in the order of their numbers', async () => {
    await using data = await dataFolder(
      Object.fromEntries(
        await Promise.all([0, 2, 9, 10, 11].map(async (name) => [`${name}/x.png`, await picture(name, 0, 0)])),
      ),
    );
    const manifest = await data.register('auto', [allOf('all')], { channels: 1 });
    expect(manifest.classNames).toEqual(['0', '2', '9', '10', '11']);
    expect(manifest.found).toBe('Found 5 folders of images, one a class.');
    const split = (await data.open(manifest)).split('all');
    expect(split.size).toEqual([1, 4, 5]);
    // Red 0, 2, 9, 10, 11 as luma: 0.299 of it.
    const reds = [...split.labels()].map((label) => [0, 2, 9, 10, 11][label] ?? 0);
    const grey = await split.load();
    expect(reds.map((_, row) => grey[20 * row])).toEqual(reds.map((red) => Math.round(0.299 * red)));
  });

  test('that is changed after it was registered is refused when the image is read, not before', async () => {
    await using data = await dataFolder({ 'a/1.png': await picture(1, 2, 3), 'b/2.png': await picture(4, 5, 6) });
    const manifest = await data.register('image-folder', [allOf('all')]);
    await data.write({ 'b/2.png': await picture(4, 5, 7) });
    const split = (await data.open(manifest)).split('all');
    const changed = [...split.labels()].indexOf(1);
    expect((await split.read(1 - changed)).data[0]).toBe(1);
    await expect(split.read(changed)).rejects.toThrow(/b\/2\.png: .*(changed since|found a file of)/);
  });
});

describe('a WebDataset', () => {
  test('of its own writer is read, long names and all', async () => {
    await using data = await dataFolder({ 'train-000000.tar': webdataset.file, 'classes.txt': 'ant\nbee\ncow\n' });
    const manifest = await data.register('auto', [allOf('train')]);
    expect(manifest).toMatchObject({
      reader: 'webdataset',
      found: 'Found 1 tar shard.',
      classNames: ['ant', 'bee', 'cow'],
    });
    expect(manifest.parts[0]?.labels).toEqual(webdataset.labels);
    const split = (await data.open(manifest)).split('train');
    for (const [position, index] of (manifest.splits[0]?.indices ?? []).entries()) {
      const { info } = await sharp(webdataset.images[index]).raw().toBuffer({ resolveWithObject: true });
      expect(await split.read(position)).toMatchObject({ width: info.width, height: info.height });
    }
  });
});

test('a dataset says what it has when a part is asked for that it has not', async () => {
  await using data = await dataFolder({
    'train/a/1.png': await picture(1, 1, 1),
    'val/a/1.png': await picture(2, 2, 2),
  });
  await expect(data.register('image-folder', [allOf('vall', 'test')])).rejects.toThrow(
    /there is no example set 'vall'; found train, val\. Did you mean 'val'\?/,
  );
  await data.write({ 'train.csv': 'text,label\nx,1\n' });
  await expect(data.register('auto', [allOf('train')])).rejects.toThrow(/the data look like csv and like image-folder/);
});

test('the same images are the same content, wherever they lie and however the folders are named', async () => {
  const hashOf = async (prefix: string) => {
    await using data = await dataFolder({
      [`${prefix}/cat/1.png`]: await picture(1, 2, 3),
      [`${prefix}/dog/2.png`]: await picture(3, 2, 1),
    });
    const { contentHash } = await data.register('image-folder', [{ ...allOf(prefix), name: 'train' }]);
    return contentHash;
  };
  expect(await hashOf('train')).toBe(await hashOf('train'));
  expect(await hashOf('train')).not.toBe(await hashOf('other'));
});
