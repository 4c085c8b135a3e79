/** A change of saturation and value, each in [0, 1]; the hue stays. */
export type SaturationAndValue = (
  saturation: number,
  value: number,
) => { readonly saturation: number; readonly value: number };

/**
 * Changes the saturation and value of each pixel, through the hue, saturation and value of A. R. Smith (1978) as
 * scikit-image computes them.
 *
 * @param values [3, h, w] in [0, 1]
 */
export function changeInHsv(values: Float64Array, change: SaturationAndValue): Float64Array {
  const plane = values.length / 3;
  const result = new Float64Array(values.length);
  for (let at = 0; at < plane; at++) {
    const red = values[at] ?? 0;
    const green = values[plane + at] ?? 0;
    const blue = values[2 * plane + at] ?? 0;
    const most = Math.max(red, green, blue);
    const range = most - Math.min(red, green, blue);
    const { saturation, value } = change(most === 0 ? 0 : range / most, most);
    const sixths = 6 * hueOf(red, green, blue, most, range);
    const side = Math.floor(sixths);
    const part = sixths - side;
    const low = value * (1 - saturation);
    const falling = value * (1 - part * saturation);
    const rising = value * (1 - (1 - part) * saturation);
    const sector = side % 6;
    result[at] = pick(sector, value, falling, low, low, rising, value);
    result[plane + at] = pick(sector, rising, value, value, falling, low, low);
    result[2 * plane + at] = pick(sector, low, low, rising, value, value, falling);
  }
  return result;
}

function pick(sector: number, ...choices: readonly [number, number, number, number, number, number]): number {
  return choices[sector] ?? 0;
}

/** In [0, 1); where two channels are largest the later one counts. */
function hueOf(red: number, green: number, blue: number, most: number, range: number): number {
  if (range === 0) return 0;
  const sixths =
    blue === most ? 4 + (red - green) / range : green === most ? 2 + (blue - red) / range : (green - blue) / range;
  const hue = (sixths / 6) % 1;
  return hue < 0 ? hue + 1 : hue;
}
