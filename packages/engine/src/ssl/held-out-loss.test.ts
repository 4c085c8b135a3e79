import { expect, test } from 'vitest';
import { SSL_ALGORITHMS } from '../recipe/ssl-options.js';
import { curvesOn, preTraining, sslLoss } from '../runtime/webgpu/trainings.fixture.js';
import { heldOutLoss } from './held-out-loss.js';

test.each(SSL_ALGORITHMS)(
  'of the first batch, %s: minus the loss of the first step of a training',
  async (algorithm) => {
    const training = preTraining(sslLoss(algorithm), 1);
    const { task, batches, initial } = training;
    const memory = new Map(
      (task.memory ?? []).map(({ name, shape, initial: first }) => [
        name,
        { dtype: 'f32' as const, shape, data: first() },
      ]),
    );
    await using heldOut = heldOutLoss({ task, batches, steps: 1, device: 'cpu', threads: 1 });
    const score = await heldOut.score(initial, { teacher: task.teacher === undefined ? null : initial, memory });
    const { loss } = await curvesOn('cpu', training);
    expect(Math.abs(score + (loss[0] ?? Number.NaN))).toBeLessThan(1e-5 * Math.max(1, Math.abs(score)));
    // Asked again it is the same, bit for bit.
    expect(await heldOut.score(initial, { teacher: initial, memory })).toBe(score);
  },
);

test('over several batches it is the mean', async () => {
  const { task, batches, initial } = preTraining(sslLoss('mae'), 3);
  const of = async (steps: number, from: number) => {
    const part = { batchSize: batches.batchSize, at: (step: number) => batches.at(step + from) };
    await using heldOut = heldOutLoss({ task, batches: part, steps, device: 'cpu', threads: 1 });
    return await heldOut.score(initial, { teacher: null, memory: new Map() });
  };
  const single = [await of(1, 0), await of(1, 1), await of(1, 2)];
  expect(await of(3, 0)).toBeCloseTo(single.reduce((sum, score) => sum + score, 0) / 3, 6);
});
