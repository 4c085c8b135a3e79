import sharp, { type Sharp } from 'sharp';
import { DataFileError } from '../errors.js';
import type { RawImage } from '../raw-image.js';
import { IMAGE_DECODER } from './decoder.js';
import { imageKind } from './image-kind.js';

/** More pixels than the largest image of ImageNet has (61 million), few enough that one image stays below 400 MB. */
export const MAX_PIXELS = 100_000_000;

/** How the images of a dataset are decoded. Part of its manifest. */
export interface Decoding {
  /** 3: red, green, blue; a grey image has its plane three times. 1: luma, as Pillow's mode L. */
  readonly channels: 1 | 3;
  /** 'stored': as the pixels lie in the file, as torchvision reads. 'exif': turned upright by the EXIF tag. */
  readonly orientation: 'stored' | 'exif';
}

// One image is decoded by one thread; several images at once keep the cores busy. Nothing is kept between images.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Decodes a JPEG, PNG, WebP or GIF (first frame), to the bytes that Pillow's `convert('RGB')` gives: transparency is
 * dropped, not blended; colour profiles are ignored; CMYK is multiplied out. Of 16 bits the high 8 are kept. The same file
 * gives the same pixels whatever runs beside. Throws DataFileError for anything that is not such an image, is cut short
 * or has more than `MAX_PIXELS`.
 *
 * @param where the file, and within an archive the member: what an error names
 */
export async function decodeImage(bytes: Uint8Array, decoding: Decoding, where: string): Promise<RawImage> {
  const { data, info } = await attempt(where, async () => {
    const image = open(bytes, decoding, where);
    // Only JPEG has CMYK among the formats that are read.
    const cmyk = imageKind(bytes) === 'jpeg' && (await image.metadata()).space === 'cmyk';
    const pixels = cmyk
      ? image.pipelineColourspace('cmyk').toColourspace('cmyk')
      : image.toColourspace('srgb').removeAlpha();
    const { data, info } = await pixels.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return cmyk ? { data: multiplyOut(data), info: { ...info, channels: 3 } } : { data, info };
  });
  const { width, height, channels: stored } = info;
  const planes = decoding.channels === 1 ? luma(data, stored) : colour(data, stored);
  return { channels: decoding.channels, height, width, data: planes };
}

function open(bytes: Uint8Array, { orientation }: Decoding, where: string): Sharp {
  if (imageKind(bytes) === null) {
    throw new DataFileError(
      where,
      `expected a JPEG, PNG, WebP or GIF image, found ${bytes.length} bytes that begin with ${shown(bytes)}.`,
      'Convert the image to one of these formats, or take it out of the dataset.',
    );
  }
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', ignoreIcc: true, pages: 1 });
  return orientation === 'exif' ? image.autoOrient() : image;
}

async function attempt<Result>(where: string, decode: () => Promise<Result>): Promise<Result> {
  try {
    return await decode();
  } catch (cause) {
    if (cause instanceof DataFileError) throw cause;
    const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
    if (/exceeds pixel limit/i.test(reason)) {
      throw new DataFileError(
        where,
        `the image has more than ${MAX_PIXELS / 1e6} million pixels.`,
        'Make it smaller, or take it out of the dataset.',
        { cause },
      );
    }
    throw new DataFileError(
      where,
      `the image cannot be decoded by ${IMAGE_DECODER}: ${reason}.`,
      'The file is damaged or cut short: fetch it again, or take it out of the dataset.',
      { cause },
    );
  }
}

/** [h, w, 4] cyan, magenta, yellow, black → [h, w, 3], as Pillow: what black leaves of white, less the ink's share of it. */
function multiplyOut(data: Uint8Array): Uint8Array {
  const pixels = data.length / 4;
  const result = new Uint8Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const light = 255 - (data[4 * pixel + 3] ?? 0);
    for (let channel = 0; channel < 3; channel++) {
      const product = (data[4 * pixel + channel] ?? 0) * light + 128;
      result[3 * pixel + channel] = light - ((product + (product >> 8)) >> 8);
    }
  }
  return result;
}

/** [h, w, stored channels] → [3, h, w]. */
function colour(data: Uint8Array, stored: number): Uint8Array {
  const plane = data.length / stored;
  const result = new Uint8Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const from = stored < 3 ? 0 : channel;
    for (let at = 0; at < plane; at++) result[channel * plane + at] = data[at * stored + from] ?? 0;
  }
  return result;
}

/** [h, w, stored channels] → [1, h, w]: the ITU-R 601-2 luma in 16-bit fixed point, as Pillow's `convert('L')`. */
function luma(data: Uint8Array, stored: number): Uint8Array {
  const plane = data.length / stored;
  const result = new Uint8Array(plane);
  for (let at = 0; at < plane; at++) {
    const from = at * stored;
    const red = data[from] ?? 0;
    if (stored < 3) result[at] = red;
    else result[at] = (red * 19_595 + (data[from + 1] ?? 0) * 38_470 + (data[from + 2] ?? 0) * 7_471 + 0x8000) >> 16;
  }
  return result;
}

function shown(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'nothing' : Buffer.from(bytes.subarray(0, 8)).toString('hex');
}
