import { expect, test } from 'vitest';
import { architectureOf, architectureSchema, storedArchitecture } from './architecture.js';

const plain = { family: 'vit' as const, image: 8, channels: 1, patch: 4, dim: 16, depth: 1, heads: 2, mlp: 32 };

test("a recipe's architecture has the defaults of its family and no more", () => {
  expect(architectureOf(plain)).toEqual({ ...plain, pooling: 'cls', layerNormEpsilon: 1e-6 });
  expect(
    architectureOf({ ...plain, pooling: 'mean', registers: 2, activation: 'quick-gelu', layer_scale: 0.1 }),
  ).toEqual({
    ...plain,
    ...{ pooling: 'mean', layerNormEpsilon: 1e-6, registers: 2, activation: 'quick-gelu', layerScale: 0.1 },
  });
});

test('what is at its default is not written down, so that it changes no bytes', () => {
  const spelled = architectureOf({ ...plain, registers: 0, activation: 'gelu' });
  expect(storedArchitecture(spelled)).toEqual(architectureOf(plain));
});

test.each([
  [{ pooling: 'cls', classToken: false }, /expected 'mean', since there is no class token/],
  [{ gatedMlp: true, activation: 'gelu' }, /expected 'silu', which gates a gated perceptron/],
  [{ heads: 3 }, /expected a divisor of dim 16, found 3/],
])('what does not go together is refused: %j', (fields, message) => {
  expect(() => architectureSchema.parse({ ...plain, ...fields })).toThrow(message);
});
