import type { Effect } from '../effect.js';
import { mapUnitValues } from '../values.js';

export const speckleNoise: Effect<{ readonly deviation: number }> = {
  definition: 'Each value x becomes x + x·n, with n normal of mean 0 and `deviation`.',
  apply: (image, { deviation }, random) => mapUnitValues(image, (value) => value + value * deviation * random.normal()),
};
