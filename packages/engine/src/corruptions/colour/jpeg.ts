import sharp from 'sharp';
import { decodeImage } from '../../data/decoding/decode-image.js';
import type { RawImage } from '../../data/raw-image.js';

/**
 * What is left of an image of three channels after it was saved as a baseline JPEG with the quantisation tables of the
 * standard's annex K scaled to `quality` as libjpeg does, colour halved in both directions (4:2:0), and read again.
 *
 * @param quality 1 … 100
 */
export async function throughJpeg(image: RawImage, quality: number): Promise<RawImage> {
  const { channels, height, width, data } = image;
  const plane = height * width;
  const interleaved = Buffer.alloc(data.length);
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < channels; channel++) {
      interleaved[at * channels + channel] = data[channel * plane + at] ?? 0;
    }
  }
  const file = await sharp(interleaved, { raw: { width, height, channels: 3 } })
    .jpeg({ quality, chromaSubsampling: '4:2:0', progressive: false, mozjpeg: false, quantizationTable: 0 })
    .toBuffer();
  return decodeImage(file, { channels: 3, orientation: 'stored' }, `a JPEG of quality ${quality}`);
}
