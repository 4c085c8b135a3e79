import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { randomModel } from '../pantry.fixture.js';
import { mixInMemory, writeSoup } from './index.js';
import { soupKitchen } from './soup-folder.fixture.js';
import { ownThread } from './threads.js';

const place = soupKitchen();

/** What lies where a soup is written: beside a file, in a folder. */
const there = (output: string) => readdir(output.endsWith('.safetensors') ? dirname(output) : output).catch(() => []);

describe.each(['threads', 'its own thread'])('mixed in memory by %s', (who) => {
  const workforce = () => (who === 'threads' ? place.threads : ownThread);

  test.each([
    ['uniform', {}],
    ['weighted', { weights: [0.2, 0.3, 0.5], layers: [{ tensors: 'blocks.*', shares: [1, 0, 0] }] }],
  ])('a %s soup has the numbers of the file', async (method, parameters) => {
    const ingredients = [];
    for (let seed = 0; seed < 3; seed++) ingredients.push(await place.model(randomModel(seed, 3000)));
    const { tensors } = await mixInMemory({ method, parameters, ingredients }, { workforce: workforce() });
    const written = await place.model(Object.fromEntries(tensors));
    const [soup, own] = [
      await place.cooked(method, ingredients, { parameters }),
      await place.cooked('uniform', [written]),
    ];
    expect(own).toEqual(soup);
    // Runtimes take no memory that threads share.
    for (const { data } of tensors.values()) expect(data.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test('stops when it is asked to', async () => {
    const ingredients = [await place.model(randomModel(1))];
    const order = { method: 'uniform', ingredients };
    await expect(mixInMemory(order, { workforce: workforce(), signal: AbortSignal.abort() })).rejects.toThrow(
      /cancelled/,
    );
  });

  test('a soup that is interrupted in the middle leaves nothing, in a file as in shards', async () => {
    const ingredients = [await place.model(randomModel(1, 4000)), await place.model(randomModel(2, 4000))];
    for (const output of [place.output(), place.path('folder')]) {
      const before = await there(output);
      const stop = new AbortController();
      let tensors = 0;
      const interrupted = writeSoup(
        { method: 'uniform', ingredients, output },
        {
          workforce: workforce(),
          signal: stop.signal,
          maxShardBytes: 9000,
          // Some are written by now, and others are not.
          onProgress: () => {
            tensors++;
            stop.abort();
          },
        },
      );
      await expect(interrupted).rejects.toThrow(/cancelled/);
      expect(tensors).toBeGreaterThan(0);
      expect(await there(output)).toEqual(before);
    }
  });
});

test('a method that is not linear is refused', async () => {
  const ingredients = [await place.model(randomModel(1)), await place.model(randomModel(2))];
  await expect(mixInMemory({ method: 'slerp', ingredients })).rejects.toThrow(/SLERP is not mixed in memory/);
});
