import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { IMAGE_DECODER_NAME } from '../../recipe/dataset-format.js';
import { formatFixtures } from '../dataset-folder.fixture.js';
import { DataFileError } from '../errors.js';
import { type Decoding, decodeImage } from './decode-image.js';
import { IMAGE_DECODER } from './decoder.js';

const RGB: Decoding = { channels: 3, orientation: 'stored' };
const { images } = formatFixtures();

/** A PNG of raw scan lines, each with its filter byte. */
function png(width: number, height: number, bits: number, type: number, lines: readonly number[]): Buffer {
  const chunk = (name: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, type], 8);
  const magic = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const data = deflateSync(Uint8Array.from(lines));
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array())]);
}

async function refusal(bytes: Uint8Array): Promise<DataFileError> {
  const error = await decodeImage(bytes, RGB, 'shard.tar: 17.jpg').catch((reason: unknown) => reason);
  if (!(error instanceof DataFileError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(error.file).toBe('shard.tar: 17.jpg');
  return error;
}

describe('decoding an image', () => {
  test.each(images.map((image) => [image.name, image] as const))(
    '%s gives the pixels that Pillow gives',
    async (_, image) => {
      const cases = [
        [RGB, image.rgb],
        [{ channels: 1, orientation: 'stored' }, image.grey],
        [{ channels: 3, orientation: 'exif' }, image.upright],
      ] as const;
      for (const [decoding, { shape, bytes }] of cases) {
        const { channels, height, width, data } = await decodeImage(image.file, decoding, image.name);
        expect([channels, height, width]).toEqual(shape);
        expect(Buffer.compare(data, bytes)).toBe(0);
      }
    },
  );

  test('keeps the high 8 of 16 bits, and drops transparency rather than blend it', async () => {
    const pixels = async (file: Buffer) => [...(await decodeImage(file, RGB, 'x.png')).data];
    expect(await pixels(png(2, 1, 16, 0, [0, 0x12, 0xff, 0xab, 0x80]))).toEqual([0x12, 0xab, 0x12, 0xab, 0x12, 0xab]);
    expect(await pixels(png(1, 1, 16, 2, [0, 0x12, 0xff, 0xab, 0x80, 0x01, 0xff]))).toEqual([0x12, 0xab, 0x01]);
    expect(await pixels(png(1, 1, 8, 4, [0, 77, 0]))).toEqual([77, 77, 77]);
    expect(await pixels(png(1, 1, 8, 6, [0, 1, 2, 3, 0]))).toEqual([1, 2, 3]);
  });

  test('gives the same bytes one at a time and many at once', async () => {
    const one = [];
    for (const { file } of images) one.push(await decodeImage(file, RGB, 'one'));
    const many = await Promise.all([...images, ...images, ...images].map(({ file }) => decodeImage(file, RGB, 'many')));
    expect(many).toEqual([...one, ...one, ...one]);
  });

  test.each(images.map(({ name, file }) => [name, file] as const))(
    '%s that is cut short is refused by its name',
    async (_, file) => {
      for (const share of [0.3, 0.6]) {
        expect((await refusal(file.subarray(0, Math.floor(file.length * share)))).message).toMatch(
          /^shard\.tar: 17\.jpg: the image cannot be decoded by sharp.*libvips/,
        );
      }
    },
  );

  test('refuses a header that claims more pixels than any image has, before memory is claimed', async () => {
    const before = process.memoryUsage().rss;
    const error = await refusal(png(30_000, 30_000, 8, 2, [0]));
    expect(error.message).toBe('shard.tar: 17.jpg: the image has more than 100 million pixels.');
    expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  });

  test.each([
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      /62 bytes that begin with 3c737667/,
    ],
    ['nothing', new Uint8Array(), /found 0 bytes that begin with nothing/],
    ['text', Buffer.from('hello, world'), /found 12 bytes that begin with 68656c6c6f2c2077/],
  ])('refuses %s unseen', async (_, bytes, message) => {
    expect((await refusal(bytes)).message).toMatch(message);
  });

  test('refuses a PNG with a false checksum', async () => {
    const file = png(2, 1, 8, 0, [0, 1, 2]);
    file[50] = (file[50] ?? 0) ^ 1;
    expect((await refusal(file)).message).toMatch(/cannot be decoded/);
  });

  test('names the decoder as plans name it: a new one makes new step keys', () => {
    expect(IMAGE_DECODER_NAME).toBe(IMAGE_DECODER);
  });
});
