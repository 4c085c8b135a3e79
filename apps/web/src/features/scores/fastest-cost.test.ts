import { expect, it } from 'vitest';
import { fastestCost } from './fastest-cost';

const cost = (latencyMs: number | null) => ({ cost: { passes: 1, latencyMs, weightBytes: 100 } });

it('shows of a model the shortest time that was measured, in whatever order its evaluations come', () => {
  expect(fastestCost([cost(0.6), cost(0.08), cost(null)])?.latencyMs).toBe(0.08);
  expect(fastestCost([cost(null), cost(0.08), cost(0.6)])?.latencyMs).toBe(0.08);
});

it('keeps the networks where no time was measured, and has nothing where nothing was', () => {
  expect(fastestCost([cost(null)])).toEqual({ passes: 1, latencyMs: null, weightBytes: 100 });
  expect(fastestCost([{ cost: null }])).toBeUndefined();
});
