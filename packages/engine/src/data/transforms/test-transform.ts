import { centreCrop, resize, type Size } from '../image/index.js';
import type { Preprocessing } from '../preprocessing.js';
import type { RawImage } from '../raw-image.js';

/**
 * An image as a model is tested on it, before its bytes are normalised: resized, and its middle cut out, as the model's own
 * preprocessing says. An image that has the model's size already passes as it is when the preprocessing says nothing.
 *
 * The same bytes as torchvision's Resize, then CenterCrop, of a PIL image (Pillow up to 12, see `resize`);
 * timm and Hugging Face build theirs from these.
 *
 * @param input the model's input
 */
export function testTransform(image: RawImage, preprocessing: Preprocessing, input: Size): RawImage {
  const { crop = input, interpolation = 'bilinear' } = preprocessing;
  const resized = resize(image, resizedTo(image, preprocessing, input), interpolation);
  // A checkpoint may say 'crop to 224' of a model that is run at another size.
  return resize(centreCrop(resized, crop), input, interpolation);
}

function resizedTo({ height, width }: Size, { resize: to, crop }: Preprocessing, input: Size): Size {
  if (to === undefined) return crop === undefined ? input : { height, width };
  if (!('shortest' in to)) return to;
  const shorter = Math.min(height, width);
  const longer = Math.trunc((to.shortest * Math.max(height, width)) / shorter);
  return height <= width ? { height: to.shortest, width: longer } : { height: longer, width: to.shortest };
}
