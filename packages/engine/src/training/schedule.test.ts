import { describe, expect, test } from 'vitest';
import { warmupCosine } from './schedule.js';

describe('warm-up and cosine', () => {
  const schedule = warmupCosine({ peak: 2e-3, steps: 100, warmupSteps: 10, floor: 1e-6 });

  test('warm-up rises in equal parts and ends at the peak', () => {
    expect(schedule.at(0)).toBeCloseTo(2e-4, 12);
    expect(schedule.at(4)).toBeCloseTo(1e-3, 12);
    expect(schedule.at(9)).toBeCloseTo(2e-3, 12);
  });

  test('the cosine starts at the peak, is halfway in the middle and ends at the floor', () => {
    expect(schedule.at(10)).toBeCloseTo(2e-3, 12);
    expect(schedule.at(55)).toBeCloseTo((2e-3 + 1e-6) / 2, 12);
    expect(schedule.at(100)).toBeCloseTo(1e-6, 12);
  });

  test('the rate never rises after the warm-up', () => {
    for (let step = 10; step < 100; step++) expect(schedule.at(step + 1)).toBeLessThanOrEqual(schedule.at(step));
  });

  test('whole steps of warm-up, no warm-up at all, and a warm-up as long as the training', () => {
    expect(warmupCosine({ peak: 1, steps: 10, warmupSteps: 5 }).at(0)).toBeCloseTo(0.2, 12);
    expect(warmupCosine({ peak: 1, steps: 10, warmupSteps: 0 }).at(0)).toBe(1);
    expect(warmupCosine({ peak: 1, steps: 10, warmupSteps: 50 }).at(9)).toBe(1);
  });
});
