import { deltaMethod } from './delta-method.js';
import { breadcrumbs as dropBothEnds } from './sparsify.js';

const source = 'Davari and Belilovsky, Model breadcrumbs, ECCV 2024, arXiv:2312.06795';

/** Task arithmetic on changes without their outliers and without their smallest numbers. */
export const breadcrumbs = deltaMethod({
  title: 'Breadcrumbs',
  source,
  formula: 'θ = θ₀ + λ·Σ wᵢ·τ̂ᵢ, τ̂ᵢ without the γ·n largest numbers of each tensor; the density·n next are kept',
  example: 'breadcrumbs A.safetensors B.safetensors --base S.safetensors --gamma 0.01 -o soup.safetensors',
  sparsify: dropBothEnds,
  elect: false,
  random: false,
  knobs: ['density', 'gamma', 'rescale'],
  defaults: { paper: { density: 0.15, lambda: 0.4 }, mergekit: {} },
});

/** The same with elected signs, as mergekit's breadcrumbs_ties. */
export const breadcrumbsTies = deltaMethod({
  title: 'Breadcrumbs, TIES',
  source: `${source}; election: Yadav et al. 2023, arXiv:2306.01708, as mergekit combines them`,
  formula: 'as breadcrumbs, but the mean of the changes whose sign is sgn Σ wᵢ·τᵢ',
  example: 'breadcrumbs-ties A.safetensors B.safetensors --base S.safetensors --gamma 0.01 -o soup.safetensors',
  sparsify: dropBothEnds,
  elect: true,
  random: false,
  knobs: ['density', 'gamma', 'rescale', 'tie'],
  defaults: { paper: { density: 0.15, merge: 'mean' }, mergekit: {} },
});
