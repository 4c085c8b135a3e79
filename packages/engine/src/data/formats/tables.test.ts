import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';
import { picture } from './picture.fixture.js';

const { parquet } = formatFixtures();

describe('Parquet', () => {
  test.each(Object.entries(parquet.files))(
    'of a Hugging Face image set (%s) gives its images, labels and names',
    async (_, file) => {
      await using data = await dataFolder({ 'data/train-00000-of-00001.parquet': file });
      const manifest = await data.register('auto', [allOf('train')]);
      expect(manifest).toMatchObject({
        found: 'Found 1 Parquet file with images.',
        classNames: parquet.names,
        content: { kind: 'encoded', orientation: 'exif', height: [6, 7], width: [8, 8] },
      });
      expect(manifest.parts[0]?.labels).toEqual(parquet.labels);
      const split = (await data.open(manifest)).split('train');
      for (const [position, index] of (manifest.splits[0]?.indices ?? []).entries()) {
        const expected = await sharp(parquet.images[index]).raw().toBuffer();
        const { data: pixels, height, width } = await split.read(position);
        expect([...pixels.subarray(0, width)]).toEqual([...expected].filter((__, at) => at % 3 === 0).slice(0, width));
        expect(pixels).toHaveLength(3 * height * width);
      }
    },
  );

  test('may be in shards, and may hold plain bytes under names of its own', async () => {
    const shard = async (reds: readonly number[]) => {
      const pixels = await Promise.all(reds.map((red) => picture(red, 0, 0)));
      return Buffer.from(
        parquetWriteBuffer({
          columnData: [
            { name: 'photo', data: pixels.map((bytes) => Uint8Array.from(bytes)), type: 'BYTE_ARRAY' },
            { name: 'species', data: reds.map((red) => (red % 2 ? 'odd' : 'even')), type: 'STRING' },
          ],
        }),
      );
    };
    await using data = await dataFolder({
      'test-00000-of-00002.parquet': await shard([1, 2]),
      'test-00001-of-00002.parquet': await shard([3, 4, 5]),
    });
    await expect(data.register('parquet', [allOf('test')])).rejects.toThrow(
      /none of the columns photo, species has a usual name for label/,
    );
    await expect(
      data.register('parquet', [allOf('test')], { columns: { image: 'phot', label: 'species' } }),
    ).rejects.toThrow(/there is no column 'phot'; the columns are photo, species\. Did you mean 'photo'\?/);
    const manifest = await data.register('parquet', [allOf('test')], { columns: { image: 'photo', label: 'species' } });
    expect(manifest.classNames).toEqual(['even', 'odd']);
    const split = (await data.open(manifest)).split('test');
    const pixels = await split.load();
    const reds = [0, 1, 2, 3, 4].map((row) => pixels[row * 60] ?? 0);
    expect([...reds].sort()).toEqual([1, 2, 3, 4, 5]);
    expect([...split.labels()]).toEqual(reds.map((red) => red % 2));
  });
});

describe('text', () => {
  test('comes from CSV with quotes, TSV without, and Parquet, with one label or a word', async () => {
    await using data = await dataFolder({
      'train.csv': '\ufeffid,text,label\r\n1,"Good, ""really"" good.\nVery.",pos\r\n2,Bad – awful,neg\r\n',
      'dev.tsv': 'sentence1\tsentence2\tlabel\nHe said "no\tHe agreed\t0\n',
      'glue/train.parquet': parquet.texts.file,
    });
    const csv = await data.register('csv', [allOf('train')]);
    expect(csv).toMatchObject({ content: { kind: 'text' }, classes: 2, classNames: ['neg', 'pos'] });
    const split = (await data.openText(csv)).split('train');
    const read = await Promise.all([0, 1].map(async (at) => [split.labels([at])[0], (await split.read(at)).text]));
    expect(read.sort()).toEqual([
      [0, 'Bad – awful'],
      [1, 'Good, "really" good.\nVery.'],
    ]);

    const pairs = await data.register('csv', [allOf('dev', 'selection')]);
    expect(await (await data.openText(pairs)).split('dev').read(0)).toEqual({ text: 'He said "no', pair: 'He agreed' });

    await using alone = await dataFolder({ 'train.parquet': parquet.texts.file });
    expect((await alone.register('auto', [allOf('train')])).found).toBe('Found 1 Parquet file with text.');
    const table = await data.register('parquet-text', [allOf('train')]);
    const sentences = (await data.openText(table)).split('train');
    const indices = table.splits[0]?.indices ?? [];
    for (const [position, index] of indices.entries()) {
      expect(await sentences.read(position)).toEqual({ text: parquet.texts.sentences[index], pair: null });
      expect(sentences.labels([position])[0]).toBe(parquet.texts.labels[index]);
    }
    await expect(data.open(table)).rejects.toThrow('The dataset holds text, and images were asked for.');
  });
});
