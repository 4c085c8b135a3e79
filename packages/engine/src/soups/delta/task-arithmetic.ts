import { deltaMethod } from './delta-method.js';
import { keepAll } from './sparsify.js';

/** θ_0 + λ Σ w_i τ_i. A negative λ or weight subtracts what an ingredient learned. */
export const taskArithmetic = deltaMethod({
  title: 'Task arithmetic',
  source: 'Ilharco et al., Editing models with task arithmetic, ICLR 2023, arXiv:2212.04089',
  formula: 'θ = θ₀ + λ·Σ wᵢ·(θᵢ − θ₀)',
  example: 'task-arithmetic A.safetensors B.safetensors --base S.safetensors --lambda 0.4 -o soup.safetensors',
  sparsify: keepAll,
  elect: false,
  random: false,
  knobs: [],
  defaults: { paper: { lambda: 0.4 }, mergekit: {} },
});
