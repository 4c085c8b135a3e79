import { describe, expect, test } from 'vitest';
import { operations, oracle } from './oracle.fixture.js';

describe.each(oracle.images)('an image in $name', ({ image, expected }) => {
  test.each(Object.entries(expected))('%s: the very bytes that Pillow and timm give', (label, result) => {
    const [name = '', ...words] = label.split(' ');
    const before = Uint8Array.from(image.data);
    expect(operations[name]?.(image, words)).toEqual(result);
    expect(image.data).toEqual(before);
  });
});

test('every operation has a picture of the oracle', () => {
  const compared = new Set(
    oracle.images.flatMap(({ expected }) => Object.keys(expected).map((key) => key.split(' ')[0])),
  );
  expect([...compared].sort()).toEqual(Object.keys(operations).sort());
});
