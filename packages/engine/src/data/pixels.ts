/** Rows of an array [h, w, c] as [c, h, w]; those that lie so already are given back as they are. */
export function toPlanes(
  bytes: Uint8Array,
  [channels, height, width]: readonly [number, number, number],
  layout: 'chw' | 'hwc',
): Uint8Array {
  if (layout === 'chw' || channels === 1) return bytes;
  const plane = height * width;
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < plane; at++) {
    for (let channel = 0; channel < channels; channel++) {
      result[channel * plane + at] = bytes[at * channels + channel] ?? 0;
    }
  }
  return result;
}
