import { describe, expect, it } from 'vitest';
import { StepProgress } from './step-progress.js';

const at = (done: number) => ({ type: 'progress' as const, done, total: 100, unit: 'steps', rate: null });

describe('the progress of a step', () => {
  it('tells the newest word, not every word', async () => {
    const told: number[] = [];
    const progress = new StepProgress(async ({ done }) => {
      told.push(done);
    });
    for (let i = 1; i <= 50; i += 1) progress.set(at(i));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(told).toEqual([1, 50]);
    await progress.close();
  });

  it('does not stop for a word that was lost', async () => {
    const told: number[] = [];
    const progress = new StepProgress(async ({ done }) => {
      if (done === 1) throw new Error('the database is away');
      told.push(done);
    });
    progress.set(at(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    progress.set(at(2));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(told).toEqual([2]);
    await progress.close();
  });
});
