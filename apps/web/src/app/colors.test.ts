import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** The colour tokens as they are shipped: name → [light, dark], each #rrggbb. */
const css = readFileSync(new URL('./globals.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map((found) => [
    found[1],
    [found[2], found[3]],
  ]),
);

/** Relative luminance, WCAG 2.2. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(front: string, back: string, theme: 0 | 1): number {
  const of = (name: string) => luminance(tokens.get(name)?.[theme] ?? '');
  const [low = 0, high = 0] = [of(front), of(back)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const texts = ['ink', 'muted', 'faint', 'accent', 'good', 'bad', 'warn', 'info'].flatMap((front) =>
  ['page', 'surface', 'sunken', 'tint'].map((back) => [front, back] as const),
);
const badges = [
  ['accent-strong', 'accent-soft'],
  ['good', 'good-soft'],
  ['bad', 'bad-soft'],
  ['warn', 'warn-soft'],
  ['info', 'info-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['ink', 'bad-soft'],
  ['muted', 'bad-soft'],
  ['ink', 'better'],
  ['ink', 'worse'],
] as const;
const marks = ['kind-stock', 'kind-ingredient', 'kind-soup', 'kind-ensemble', 'line-strong', 'focus'].map(
  (front) => [front, 'surface'] as const,
);

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('colours of the %s theme', (_, theme) => {
  it.each([...texts, ...badges])('text in %s on %s is readable (4.5 : 1)', (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(marks)('the mark %s on %s can be seen (3 : 1)', (front, back) => {
    expect(contrast(front, back, theme)).toBeGreaterThanOrEqual(3);
  });
});
