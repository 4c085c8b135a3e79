import { describe, expect, it } from 'vitest';
import { type MetricBatch, MetricBuffer } from './metric-buffer.js';

describe('the metric buffer of a step', () => {
  it('appends the points of a series in order and in few batches', async () => {
    const appended: MetricBatch[] = [];
    const buffer = new MetricBuffer(async (batch) => {
      appended.push(batch);
    });
    for (let i = 0; i < 5_000; i += 1) {
      buffer.add('loss', [i], [1 / (i + 1)]);
      if (i % 10 === 0) buffer.add('lr', [i], [0.1]);
    }
    await buffer.flush();
    const losses = appended.filter((batch) => batch.series === 'loss');
    expect(losses.flatMap((batch) => batch.steps)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(losses.flatMap((batch) => batch.values)[4_999]).toBe(1 / 5_000);
    expect(appended.length).toBeLessThan(10);
  });

  it('waits for the database before it calls anything acknowledged', async () => {
    let acknowledge: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      acknowledge = resolve;
    });
    const buffer = new MetricBuffer(() => gate);
    buffer.add('loss', [0], [1]);
    let flushed = false;
    const flush = buffer.flush().then(() => {
      flushed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(flushed).toBe(false);
    acknowledge();
    await flush;
    expect(flushed).toBe(true);
  });

  it('sends by itself after a short while', async () => {
    const appended: MetricBatch[] = [];
    const buffer = new MetricBuffer(async (batch) => {
      appended.push(batch);
    });
    buffer.add('loss', [0, 1], [3, 2]);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(appended).toEqual([{ series: 'loss', steps: [0, 1], values: [3, 2] }]);
  });

  it('tells whoever flushes that the database refused a batch, and sends nothing after it', async () => {
    const tried: string[] = [];
    const buffer = new MetricBuffer(async (batch) => {
      tried.push(batch.series);
      throw new Error('stale lease');
    });
    buffer.add('loss', [0], [1]);
    await expect(buffer.flush()).rejects.toThrow('stale lease');
    buffer.add('lr', [0], [1]);
    await expect(buffer.flush()).rejects.toThrow('stale lease');
    expect(tried).toEqual(['loss']);
  });
});
