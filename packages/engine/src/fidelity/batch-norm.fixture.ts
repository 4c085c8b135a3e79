import { estimated, featuresOf, updateBn } from '../soups/batch-norm/oracle.fixture.js';
import { largestDifference } from '../testing/oracle.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** What a network answers with the statistics that were estimated for its weights. */
export const batchNormRows: readonly FidelityRow[] = [
  {
    subject: 'convolutions with batch normalisation, statistics estimated again on 4 batches',
    quantity: 'features',
    oracle: 'torch 2.15.0, optim.swa_utils.update_bn',
    difference: 'absolute',
    bound: 1e-5,
    measure: async () => largestDifference(await featuresOf((await estimated()).architecture), updateBn.after),
  },
];
