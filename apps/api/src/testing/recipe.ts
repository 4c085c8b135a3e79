/** Of each kind of analysis that two ingredients and two soups allow. */
export const ANALYSES = `analyses:
  line: { kind: barrier, models: [ft-00, ft-01], on: selection }
  pool: { kind: barriers, models: [ft, uniform], on: selection }
  triangle: { kind: ternary, models: [ft-00, ft-01, uniform], on: test, divisions: 3 }
  worth: { kind: contribution, models: [ft], on: selection }
  more: { kind: marginal, models: [ft], on: selection }
  errors: { kind: diversity, models: [ft], on: selection }
  lengths: { kind: weights, models: [ft] }
  terms: { kind: soup-versus-ensemble, models: [ft-00, ft-01], on: selection }
  better: { kind: compare, models: [greedy, ft-00], on: test }
  search: { kind: why, soup: greedy }
  replay: { kind: what-if, soup: greedy, accept: '>' }
`;

/** A small recipe for tests: two ingredients, a uniform and a greedy soup, their ensemble, one clean report benchmark. */
export function recipeText(name = 'story', seed = 17, analyses = ''): string {
  return `
version: 1
name: ${name}
seed: ${seed}
datasets:
  digits:
    source: { path: ./digits }
    splits:
      unlabeled: { role: unlabeled, from: train, count: 400 }
      train: { role: train, from: train, count: 400 }
      selection: { role: selection, from: train, count: 200 }
      test: { role: test, from: test, count: 500 }
benchmarks:
  selection: { split: digits/selection }
  test: { split: digits/test }
  corruptions: { split: digits/test, subset: { count: 20, seed: 3 }, corruptions: mnist-c, severities: [1, 5] }
stock:
  name: base
  architecture: { family: vit, image: 28, channels: 1, patch: 7, dim: 32, depth: 2, heads: 4, mlp: 64 }
  pretrain: { algorithm: mae, split: digits/unlabeled, epochs: 1, batch: 64, lr: 1.0e-3, weight_decay: 0.05, mask: 0.75, decoder: { dim: 16, depth: 1, heads: 4 } }
  head: { algorithm: linear-probe, split: digits/train, epochs: 5, batch: 128, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: digits/train
    count: 2
    seed: 5
    space: { lr: { loguniform: [3.0e-4, 2.0e-3] }, weight_decay: 0.1, label_smoothing: 0, augmentation: { choice: [none, shift] }, epochs: 1, batch: 64 }
soups:
  uniform: { method: uniform, ingredients: [ft] }
  greedy: { method: greedy, ingredients: [ft], select: selection }
baselines: [ensemble, best]
report: [test, corruptions]
${analyses}`;
}
