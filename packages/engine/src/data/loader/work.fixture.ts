/** @file Works for the tests of the pool. */
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { DataFileError } from '../errors.js';
import type { Work } from './work.js';

export interface FixtureParameters {
  /** What happens when this number is made. */
  readonly at?: number;
  readonly mishap?: 'throw' | 'crash' | 'exit' | 'hang';
  /** Shared memory that counts what was made. */
  readonly made?: Int32Array;
}

export interface FixtureResult {
  readonly square: Float32Array;
  readonly thread: number;
}

export async function open({ at, mishap, made }: FixtureParameters): Promise<Work<FixtureResult>> {
  return {
    async make(index) {
      if (index === at) await misfortune(mishap);
      if (made !== undefined) Atomics.add(made, 0, 1);
      const square = Float32Array.of(index * index);
      return { result: { square, thread: threadId }, moved: [square.buffer] };
    },
  };
}

async function misfortune(kind: FixtureParameters['mishap']): Promise<void> {
  if (kind === 'throw') throw new DataFileError('cat.jpg', 'it is no cat.', 'Show a cat.');
  if (kind === 'exit') process.exit(3);
  if (kind === 'hang') await new Promise(() => undefined);
  if (kind === 'crash') {
    setTimeout(() => {
      throw new Error('a bug in a library');
    });
    await sleep(60_000);
  }
}
