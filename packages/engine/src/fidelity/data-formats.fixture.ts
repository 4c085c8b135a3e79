import { formatFixtures } from '../data/dataset-folder.fixture.js';
import { type Decoding, decodeImage } from '../data/decoding/decode-image.js';
import type { FidelityRow } from './row.fixture.js';

const { images } = formatFixtures();

const readings = [
  { quantity: 'pixels as RGB', decoding: { channels: 3, orientation: 'stored' }, planes: 'rgb' },
  { quantity: 'pixels as grey', decoding: { channels: 1, orientation: 'stored' }, planes: 'grey' },
  { quantity: 'pixels, turned by EXIF', decoding: { channels: 3, orientation: 'exif' }, planes: 'upright' },
] as const satisfies readonly { quantity: string; decoding: Decoding; planes: 'rgb' | 'grey' | 'upright' }[];

/** The largest difference over all images of the fixture; infinite where even the size is another. */
async function largestPixelDifference({ decoding, planes }: (typeof readings)[number]): Promise<number> {
  let largest = 0;
  for (const image of images) {
    const { shape, bytes } = image[planes];
    const { channels, height, width, data } = await decodeImage(image.file, decoding, image.name);
    if (shape.join() !== [channels, height, width].join()) return Number.POSITIVE_INFINITY;
    for (const [at, value] of bytes.entries()) largest = Math.max(largest, Math.abs(value - (data[at] ?? 256)));
  }
  return largest;
}

/** Decoded images beside Pillow, which PyTorch's data sets read with. */
export const dataFormats: readonly FidelityRow[] = readings.map((reading) => ({
  subject: `${images.length} JPEG, PNG, WebP and GIF files (grey, CMYK, palette, transparent, progressive)`,
  quantity: reading.quantity,
  oracle: 'Pillow 13.0.0',
  difference: 'absolute',
  bound: 0,
  measure: () => largestPixelDifference(reading),
}));
