import type { Effect } from '../effect.js';
import { mapUnitValues } from '../values.js';

export const gaussianNoise: Effect<{ readonly deviation: number }> = {
  definition: 'Normal noise of mean 0 and `deviation` is added to each value.',
  apply: (image, { deviation }, random) => mapUnitValues(image, (value) => value + deviation * random.normal()),
};
