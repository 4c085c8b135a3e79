import { deltaMethod } from './delta-method.js';
import { largestOfModel, trim } from './sparsify.js';

/** Trim, elect signs, and take the mean of the changes that agree with them. */
export const ties = deltaMethod({
  title: 'TIES',
  source: 'Yadav et al., TIES-Merging, NeurIPS 2023, arXiv:2306.01708',
  formula: 'θ = θ₀ + λ·mean of the trimmed τᵢ whose sign is sgn Σ wᵢ·τᵢ',
  example: 'ties A.safetensors B.safetensors --base S.safetensors --density 0.2 -o soup.safetensors',
  sparsify: trim,
  elect: true,
  random: false,
  knobs: ['density', 'trim', 'rescale', 'tie'],
  keeps: largestOfModel,
  defaults: { paper: { density: 0.2, trim: 'model', merge: 'mean' }, mergekit: { merge: 'mean' } },
});
