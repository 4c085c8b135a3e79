import { deltaMethod } from './delta-method.js';
import { magprune } from './sparsify.js';

const source = 'Deep, Bhardwaj and Poria, DELLA-Merging, 2024, arXiv:2406.11617';

/** Drop by MAGPRUNE, elect signs, fuse by the mean of the changes that agree with them. */
export const della = deltaMethod({
  title: 'DELLA',
  source,
  formula: 'as dare-ties, but the larger a number in its row, the likelier it is kept: density ± ε/2',
  example: 'della A.safetensors B.safetensors --base S.safetensors --density 0.3 -o soup.safetensors',
  sparsify: magprune,
  elect: true,
  random: true,
  knobs: ['density', 'epsilon', 'rescale', 'tie'],
  defaults: {
    paper: { density: 0.3, rescale: 'expectation', merge: 'mean' },
    mergekit: { rescale: 'l1', merge: 'mean' },
  },
});

/** Drop by MAGPRUNE, then task arithmetic: no election. */
export const dellaLinear = deltaMethod({
  title: 'DELLA, linear',
  source: `${source}; without election as mergekit's della_linear`,
  formula: 'as dare-linear, but the larger a number in its row, the likelier it is kept: density ± ε/2',
  example: 'della-linear A.safetensors B.safetensors --base S.safetensors --density 0.3 -o soup.safetensors',
  sparsify: magprune,
  elect: false,
  random: true,
  knobs: ['density', 'epsilon', 'rescale'],
  defaults: { paper: { density: 0.3, rescale: 'expectation' }, mergekit: { rescale: 'l1' } },
});
