import { computed, gradientDifference, miniatures } from '../models/formats/miniatures.fixture.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** Every family of vision transformers: what its own library computes from its own checkpoint, and what Stockpot does. */
export const visionFamilies: readonly FidelityRow[] = miniatures.flatMap((one): FidelityRow[] => {
  const { name: subject, oracle } = one;
  return [
    {
      subject,
      quantity: `${one.quantity}, f32`,
      oracle,
      difference: 'absolute',
      bound: 1e-4,
      measure: async () => {
        const { rows } = await computed(one, 'f32');
        return rows === undefined ? Number.POSITIVE_INFINITY : largestDifference(rows, one.rows);
      },
    },
    {
      subject,
      quantity: 'gradient of every parameter, f64',
      oracle,
      difference: 'relative',
      bound: 1e-5,
      measure: () => gradientDifference(one, 'f64'),
    },
    {
      subject,
      quantity: 'gradient of every parameter, f32',
      oracle,
      difference: 'relative',
      bound: 1e-4,
      measure: () => gradientDifference(one, 'f32'),
    },
  ];
});
