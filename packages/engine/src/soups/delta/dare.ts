import { deltaMethod } from './delta-method.js';
import { dropAtRandom } from './sparsify.js';

const source = 'Yu et al., Language models are Super Mario, ICML 2024, arXiv:2311.03099';

/** Task arithmetic on changes of which most were dropped at random, and the others scaled up. */
export const dareLinear = deltaMethod({
  title: 'DARE, linear',
  source,
  formula: 'θ = θ₀ + λ·Σ wᵢ·mᵢ⊙τᵢ/(1 − p), each mᵢ 0 with probability p = 1 − density',
  example: 'dare-linear A.safetensors B.safetensors --base S.safetensors --density 0.1 -o soup.safetensors',
  sparsify: dropAtRandom,
  elect: false,
  random: true,
  knobs: ['density', 'rescale'],
  defaults: { paper: { density: 0.1, rescale: 'expectation' }, mergekit: { rescale: 'l1' } },
});

/** TIES on changes of which most were dropped at random, and the others scaled up, in place of trimming. */
export const dareTies = deltaMethod({
  title: 'DARE, TIES',
  source: `${source}; election: Yadav et al. 2023, arXiv:2306.01708`,
  formula: 'as dare-linear, but the mean of the changes whose sign is sgn Σ wᵢ·τᵢ',
  example: 'dare-ties A.safetensors B.safetensors --base S.safetensors --density 0.1 -o soup.safetensors',
  sparsify: dropAtRandom,
  elect: true,
  random: true,
  knobs: ['density', 'rescale', 'tie'],
  defaults: { paper: { density: 0.1, rescale: 'expectation', merge: 'mean' }, mergekit: { rescale: 'l1' } },
});
