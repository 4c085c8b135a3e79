import { describe, expect, test } from 'vitest';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';

const pretraining = /\n {2}architecture: [^\n]*\n {2}pretrain:\n(?: {4}[^\n]*\n)+/;
const probe = '{ algorithm: linear-probe, split: mnist/train, epochs: 20, batch: 256, lr: 1.0e-2, weight_decay: 0 }';
const zeroShot = '{ algorithm: zero-shot, split: mnist/train, text_embeddings: { path: ./texts.safetensors } }';

describe('a head of text embeddings', () => {
  const imported = mnist.replace(pretraining, '\n  checkpoint: { path: ./clip }\n');

  test('is made by the step of the head, and the stock is imported with features of length 1', () => {
    const made = plan(edited(imported, [probe, zeroShot]));
    expect(step(made, 'head')).toMatchObject({
      kind: 'probe',
      title: 'Make the head that all ingredients start from (zero-shot)',
      parameters: { algorithm: 'zero-shot', split: 'train', text_embeddings: { path: './texts.safetensors' } },
    });
    expect(step(made, 'stock').parameters).toEqual({ source: { path: './clip' }, sha256: null, unit_features: true });
    expect(step(plan(imported), 'stock').parameters).toEqual({ source: { path: './clip' }, sha256: null });
  });

  test.each([
    [
      'a stock that never saw text',
      edited(mnist, [probe, zeroShot]),
      "stock.head.algorithm: a zero-shot head needs a stock that was trained together with text. Take CLIP by `checkpoint`, or use 'linear-probe'.",
    ],
    [
      'an algorithm that is none',
      edited(imported, ['algorithm: linear-probe', 'algorithm: guess']),
      'stock.head.algorithm: expected a head whose algorithm is one of linear-probe, zero-shot',
    ],
  ])('is refused for %s', (_, recipe, message) => {
    expect(mistakes(recipe)[0]).toContain(message);
  });
});
