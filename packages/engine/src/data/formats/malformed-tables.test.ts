/** @file Damaged and hostile tables: each is refused by a sentence that names it, in bounded memory. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { allOf, dataFolder, formatFixtures } from '../dataset-folder.fixture.js';
import { DataFileError } from '../errors.js';
import { refusal } from './refusal.fixture.js';

const { parquet } = formatFixtures();

describe('Parquet', () => {
  const { snappy = new Uint8Array() } = parquet.files;
  const damaged = (at: number) => snappy.map((byte, index) => (index === at ? byte ^ 0xff : byte));
  test.each<[string, Uint8Array | string, RegExp]>([
    ['cut short', snappy.subarray(0, -40), /^train\.parquet: this is not a sound Parquet file/],
    ['of four bytes', 'PAR1', /not a sound Parquet file: it has 4 bytes/],
    ['of another format', 'a,b,c\n1,2,3\n4,5,6\n', /not a sound Parquet file/],
    [
      'with a footer longer than the file',
      Buffer.concat([Buffer.from('PAR1'), Buffer.from('ffffff7f', 'hex'), Buffer.from('PAR1')]),
      /not a sound Parquet file/,
    ],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'train.parquet': bytes }, 'parquet', 'train')).toMatch(message);
  });

  test('whose page claims two gigabytes is stopped before they are unpacked', async () => {
    const labels = Int32Array.from({ length: 1000 }, (_, at) => at % 7);
    const honest = Buffer.from(parquetWriteBuffer({ columnData: [{ name: 'label', data: labels, type: 'INT32' }] }));
    // A page header is 15 04 (dictionary page), 15 and the unpacked size as a varint, …
    expect(honest.subarray(4, 7).toString('hex')).toBe('150415');
    const end = honest.findIndex((byte, at) => at >= 7 && byte < 0x80) + 1;
    const lying = Buffer.concat([honest.subarray(0, 7), Buffer.from('feffffff0f', 'hex'), honest.subarray(end)]);
    expect(await refusal({ 'train.parquet': lying }, 'parquet', 'train')).toMatch(
      /^train\.parquet: this is not a sound Parquet file: a page claims to unpack to 2147483647 bytes/,
    );
  });

  test('with any one byte flipped is refused or read, never worse', async () => {
    const results = { refused: 0, read: 0 };
    for (let at = 4; at < snappy.length; at += 61) {
      await using data = await dataFolder({ 'train.parquet': damaged(at) });
      const error = await data.register('parquet', [allOf('train')]).then(
        () => null,
        (reason: unknown) => reason,
      );
      if (error === null) results.read++;
      else {
        expect(error, `byte ${at}: ${String(error)}`).toBeInstanceOf(DataFileError);
        results.refused++;
      }
    }
    expect(results.refused).toBeGreaterThan(10);
  });

  test('without images in the column, or with hidden labels, is refused by row', async () => {
    const files = { 'train.parquet': parquet.texts.file };
    expect(await refusal(files, 'parquet', 'train')).toMatch(
      /none of the columns sentence, label has a usual name for image/,
    );
    expect(await refusal(files, 'parquet', 'train', { columns: { image: 'sentence' } })).toMatch(
      /train\.parquet \(row 0\): the column 'sentence' holds no image bytes/,
    );
  });
});

describe('CSV', () => {
  test.each<[string, Uint8Array | string, RegExp]>([
    ['that is not UTF-8', Buffer.from('text,label\nd\xe9j\xe0 vu,1\n', 'latin1'), /^train\.csv: the file is not UTF-8/],
    ['with a quote left open', 'text,label\n"never ends,1\n', /not a sound table: .*quote/i],
    ['with a row of another length', 'text,label\na,1\nb,1,2\n', /not a sound table: .*line 3/i],
    ['without rows', 'text,label\n', /expected a header line and at least one row/],
    [
      'with scores in place of classes',
      ['text,label', ...Array.from({ length: 12 }, (_, row) => `a,${(row / 4).toFixed(2)}`)].join('\n'),
      /^train\.csv \(row 2\): the label is 0\.25, a score and no class\./,
    ],
    ['without the columns', 'a,b\n1,2\n', /none of the columns a, b has a usual name for text/],
  ])('%s is refused', async (_, bytes, message) => {
    expect(await refusal({ 'train.csv': bytes }, 'csv', 'train')).toMatch(message);
  });
});
