import { describe, expect, it } from 'vitest';
import type { ModelKind } from '@/gql/graphql';
import { columnDomain, position } from './domain';
import type { Row } from './types';

const row = (kind: ModelKind, low: number, high: number): Row => ({
  rank: null,
  rankInterval: null,
  versusBest: null,
  bestIngredient: false,
  forwardPasses: 1,
  model: { id: 'ingr_1', name: 'ft', kind, run: null },
  scores: [
    {
      benchmark: 'bench_1',
      n: 100,
      spent: false,
      transduction: null,
      metric: {
        name: 'top1',
        title: 'top-1',
        value: (low + high) / 2,
        low,
        high,
        unit: 'SHARE',
        better: 'HIGHER',
        definition: '',
      },
    },
  ],
});

describe('the span of a column', () => {
  it('holds every interval of the tuned models and is not stretched by the stock', () => {
    const domain = columnDomain([row('STOCK', 0.1, 0.2), row('SOUP', 0.95, 0.97), row('INGREDIENT', 0.94, 0.96)], 0);
    expect(domain.low).toBeLessThanOrEqual(0.94);
    expect(domain.low).toBeGreaterThan(0.9);
    expect(domain.high).toBeGreaterThanOrEqual(0.97);
    expect(position(0.15, domain)).toBe(0);
  });

  it('spans the stock when nothing else is shown, and never leaves [0, 1]', () => {
    const domain = columnDomain([row('STOCK', 0, 1)], 0);
    expect(domain).toEqual({ low: 0, high: 1 });
    expect(columnDomain([], 0)).toEqual({ low: 0, high: 1 });
  });
});
