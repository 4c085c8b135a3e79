import { describe, expect, it } from 'vitest';
import { toProduced } from './produced.js';

const nothing = async () => new Uint8Array();
const blob = (hash: string) => ({ hash, bytes: 1, mediaType: 'application/octet-stream' });

describe('what the records take from a result', () => {
  it('gives every ingredient of a soup its coefficient, 0 for one that was turned down', async () => {
    const produced = await toProduced(
      { type: 'model', model: 'soup', name: 'greedy', parents: ['ingredients/a', 'ingredients/b', 'ingredients/c'] },
      {
        outputs: {},
        summary: {
          coefficients: [
            { index: 0, coefficient: 0.5 },
            { index: 2, coefficient: 0.5 },
          ],
        },
      },
      nothing,
    );
    expect(produced).toMatchObject({
      parents: [
        { stepId: 'ingredients/a', coefficient: 0.5 },
        { stepId: 'ingredients/b', coefficient: 0 },
        { stepId: 'ingredients/c', coefficient: 0.5 },
      ],
    });
  });

  it('gives the stock that a method starts from what it counts, and negative shares as they are', async () => {
    const produced = await toProduced(
      { type: 'model', model: 'soup', name: 'negated', parents: ['ingredients/a', 'ingredients/b', 'stock'] },
      { outputs: {}, summary: { mixing: 'linear', coefficients: [{ index: 1, coefficient: -1 }], base: 2 } },
      nothing,
    );
    expect(produced).toMatchObject({ parents: [{ coefficient: 0 }, { coefficient: -1 }, { coefficient: 2 }] });
  });

  it('has no coefficient where a model was trained, or mixed by no linear combination', async () => {
    const ties = await toProduced(
      { type: 'model', model: 'soup', name: 'ties', parents: ['ingredients/a', 'stock'] },
      { outputs: {}, summary: { mixing: 'nominal', coefficients: [{ index: 0, coefficient: 1 }] } },
      nothing,
    );
    expect(ties).toMatchObject({ parents: [{ coefficient: null }, { coefficient: null }] });
    const produced = await toProduced(
      { type: 'model', model: 'ingredient', name: 'a', parents: ['stock'] },
      { outputs: { checkpoint: blob('1') }, summary: {} },
      nothing,
    );
    expect(produced).toMatchObject({ parents: [{ stepId: 'stock', coefficient: null }] });
  });

  it('carries the bitmap of an evaluation, read by its hash', async () => {
    const produced = await toProduced(
      { type: 'evaluation', model: 'stock', benchmark: 'benchmarks/test' },
      { outputs: { correct: blob('feed') }, summary: {} },
      async (hash) => new TextEncoder().encode(`bits of ${hash}`),
    );
    expect(produced).toMatchObject({ type: 'evaluation', modelStepId: 'stock', benchmarkStepId: 'benchmarks/test' });
    expect(produced.type === 'evaluation' && new TextDecoder().decode(produced.correct)).toBe('bits of feed');
  });
});
