import { describe, expect, it } from 'vitest';
import { ChangeStream } from './change-stream.js';

describe('a change stream', () => {
  it('gives a slow reader one batch for all it missed', async () => {
    const stream = new ChangeStream<string>(() => undefined);
    for (const change of ['a', 'b', 'a', 'c']) stream.push(change);
    expect((await stream.next()).value?.items).toEqual(['a', 'b', 'c']);
    const waiting = stream.next();
    stream.push('d');
    expect((await waiting).value?.items).toEqual(['d']);
  });

  it('says "everything" when there are too many to tell apart, and keeps no more of them', async () => {
    const stream = new ChangeStream<number>(() => undefined, 100);
    for (let i = 0; i < 100_000; i += 1) stream.push(i);
    expect((await stream.next()).value?.items).toEqual([]);
    stream.push(7);
    stream.push();
    expect((await stream.next()).value?.items).toEqual([]);
    stream.push(8);
    expect((await stream.next()).value?.items).toEqual([8]);
  });

  it('gives at most one event in 100 ms, and loses nothing', async () => {
    const stream = new ChangeStream<number>(() => undefined);
    const began = performance.now();
    const seen: number[] = [];
    let events = 0;
    for (let i = 0; i < 50; i += 1) setTimeout(() => stream.push(i), i * 5);
    for await (const { items } of stream) {
      events += 1;
      seen.push(...items);
      if (seen.length === 50) break;
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(events).toBeLessThanOrEqual(Math.ceil((performance.now() - began) / 100) + 1);
  });

  it('ends for a reader that waits, and tells its owner once', async () => {
    let ends = 0;
    const stream = new ChangeStream<string>(() => {
      ends += 1;
    });
    const waiting = stream.next();
    await stream.return();
    await stream.return();
    expect((await waiting).done).toBe(true);
    expect((await stream.next()).done).toBe(true);
    expect(ends).toBe(1);
  });

  it('can be ended by the one who answers an event', async () => {
    const stream = new ChangeStream<string>(() => undefined);
    stream.push('a');
    for await (const event of stream) event.end();
    expect((await stream.next()).done).toBe(true);
  });
});
