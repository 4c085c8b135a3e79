import { describe, expect, test } from 'vitest';
import { edited, mistakes, mnist, plan, step } from './fixtures/recipe.js';

const pretraining = /\n {2}architecture: [^\n]*\n {2}pretrain:\n(?: {4}[^\n]*\n)+/;

/** The recipe with a checkpoint in place of its pre-training. */
function imported(...lines: readonly string[]): string {
  const text = mnist.replace(pretraining, `\n${lines.map((line) => `  ${line}\n`).join('')}`);
  if (text === mnist) throw new Error('The recipe has no pre-training.');
  return text;
}

describe('a stock taken from a checkpoint', () => {
  test('is one import step, which nothing else differs by', () => {
    const taken = plan(imported('checkpoint: { path: ./vit }'));
    expect(step(taken, 'stock')).toEqual({
      id: 'stock',
      kind: 'import',
      title: 'Import the stock mae-vit-tiny',
      parameters: { source: { path: './vit' }, sha256: null },
      inputs: {},
      makes: { type: 'model', model: 'stock', name: 'mae-vit-tiny', parents: [] },
    });
    const others = ({ steps }: typeof taken) => steps.filter(({ id }) => id !== 'stock');
    expect(others(taken)).toEqual(others(plan(mnist)));
  });

  test('may come from an npm package and be pinned', () => {
    const sha256 = 'ab'.repeat(32);
    const taken = plan(imported('checkpoint: { npm: some-vit, file: weights/model.safetensors }', `sha256: ${sha256}`));
    expect(step(taken, 'stock').parameters).toEqual({
      source: { npm: 'some-vit', file: 'weights/model.safetensors' },
      sha256,
    });
  });
});

describe('a stock has one origin', () => {
  test.each([
    ['none', imported(), /^stock\.pretrain: missing; expected either `pretrain`.*or `checkpoint`/],
    [
      'both',
      edited(mnist, ['  head:', '  checkpoint: { path: ./vit }\n  head:']),
      /^stock\.pretrain: a stock is either pre-trained or taken from `checkpoint`/,
    ],
    ['a pre-training of no network', mnist.replace(/\n {2}architecture: [^\n]*/, ''), /^stock\.architecture: missing/],
    [
      'a network beside a checkpoint',
      imported(
        'checkpoint: { path: ./vit }',
        'architecture: { family: vit, image: 28, channels: 1, patch: 7, dim: 32, depth: 1, heads: 4, mlp: 64 }',
      ),
      /^stock\.architecture: a checkpoint says itself what its architecture is/,
    ],
    [
      'a pinned pre-training',
      edited(mnist, ['  head:', `  sha256: ${'0a'.repeat(32)}\n  head:`]),
      /^stock\.sha256: only a checkpoint can be pinned/,
    ],
    [
      'a checkpoint from nowhere',
      imported('checkpoint: somewhere'),
      /^stock\.checkpoint: expected where the checkpoint is/,
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)[0]).toMatch(expected);
  });
});
