import type { Preprocessing } from '../data/preprocessing.js';

/**
 * Lines of Python that make of a Pillow image `image` one of a model's size, as `testTransform` does it. The filter is
 * `config["resample"]`.
 *
 * @param input the model's input
 */
export function pillowPreparation(
  { resize, crop }: Preprocessing,
  input: { readonly height: number; readonly width: number },
): string[] {
  const to = (width: string | number, height: string | number) =>
    `image = image.resize((${width}, ${height}), config["resample"])`;
  if (resize === undefined && crop === undefined) return [to(input.width, input.height)];
  const lines: string[] = [];
  if (resize !== undefined && 'shortest' in resize) {
    lines.push(`width, height = (${resize.shortest} * side // min(image.size) for side in image.size)`);
    lines.push(to('width', 'height'));
  } else if (resize !== undefined) {
    lines.push(to(resize.width, resize.height));
  }
  const { height, width } = crop ?? input;
  const asItIs = resize !== undefined && !('shortest' in resize) && resize.width === width && resize.height === height;
  if (!asItIs) {
    lines.push(`left, top = round((image.width - ${width}) / 2), round((image.height - ${height}) / 2)`);
    lines.push(`image = image.crop((left, top, left + ${width}, top + ${height}))`);
  }
  if (height !== input.height || width !== input.width) lines.push(to(input.width, input.height));
  return lines;
}
