import { describe, expect, test } from 'vitest';
import { architectureSchema } from './architecture.js';
import { describeModel, modelMetadata } from './metadata.js';

const shape = { family: 'vit', image: 28, channels: 1, patch: 7, dim: 64, depth: 4, heads: 4, mlp: 256 };
const description = {
  architecture: architectureSchema.parse(shape),
  preprocessing: { mean: [0.1307], std: [0.3081] },
};

describe('what a checkpoint says of itself', () => {
  test('comes back as it went in, with every default written out', () => {
    const metadata = new Map(Object.entries(modelMetadata(description)));
    expect(describeModel(metadata, 'a.safetensors')).toEqual(description);
    expect(metadata.get('stockpot.architecture')).toContain('"pooling":"cls"');
  });

  test.each([
    [{}, /a\.safetensors: its metadata has no stockpot\.architecture/],
    [{ 'stockpot.architecture': '{' }, /its metadata is wrong at stockpot\.architecture/],
    [
      { 'stockpot.architecture': JSON.stringify({ ...shape, heads: 5 }) },
      /wrong at stockpot\.architecture\.heads: expected a divisor of dim 64, found 5/,
    ],
    [
      { 'stockpot.architecture': JSON.stringify({ ...shape, image: 30 }) },
      /wrong at stockpot\.architecture\.patch: expected a divisor of the image size 30, found 7/,
    ],
    [{ 'stockpot.architecture': JSON.stringify({ ...shape, colour: 'red' }) }, /wrong at stockpot\.architecture/],
  ])('is refused when it is %j', (metadata, message) => {
    expect(() => describeModel(new Map(Object.entries(metadata)), 'a.safetensors')).toThrow(message);
  });
});
