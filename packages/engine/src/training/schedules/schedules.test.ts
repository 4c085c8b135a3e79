import { describe, expect, test } from 'vitest';
import { warmupCosine } from './cosine.js';
import { schedules } from './index.js';
import { scheduleCases, scheduleDifference } from './schedules.fixture.js';
import { warmupStep } from './step.js';

test.each(scheduleCases)("$schedule after $warmup steps of warm-up: torch's rate at every step", (one) => {
  expect(scheduleDifference(one)).toBeLessThan(1e-12);
});

test('every schedule of the table has an oracle', () => {
  expect([...new Set(scheduleCases.map(({ schedule }) => schedule))].sort()).toEqual(Object.keys(schedules).sort());
});

test('two milestones at one step fall twice, and one inside the warm-up falls at its end', () => {
  const twice = warmupStep({ peak: 1, steps: 10, warmupSteps: 0, milestones: [0.5, 0.5] });
  expect([4, 5].map(twice.at)).toEqual([1, 0.1 ** 2]);
  const early = warmupStep({ peak: 1, steps: 10, warmupSteps: 4, milestones: [0.2] });
  expect([3, 4].map(early.at)).toEqual([1, 0.1]);
});

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
