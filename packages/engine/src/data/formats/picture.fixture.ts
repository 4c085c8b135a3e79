/** @file Pictures for folders of data. Used by tests only. */
import sharp from 'sharp';

/** A picture of one colour. */
export function picture(red: number, green: number, blue: number, { width = 5, height = 4 } = {}): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: { r: red, g: green, b: blue } } })
    .png()
    .toBuffer();
}
