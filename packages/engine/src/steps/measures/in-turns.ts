import { CancelledError } from '../../errors.js';
import type { StepContext } from '../definition.js';

/** Works on n examples, or what else `unit` says, a chunk at a time: between two it tells how far it is and lets a request to cancel arrive. */
export async function inTurns(
  n: number,
  chunk: number,
  { signal, reporter }: Pick<StepContext, 'signal' | 'reporter'>,
  unit: string,
  work: (from: number, to: number) => void | Promise<void>,
): Promise<void> {
  const started = performance.now();
  for (let from = 0; from < n; from += chunk) {
    if (signal.aborted) throw new CancelledError('The evaluation');
    const done = Math.min(n, from + chunk);
    await work(from, done);
    reporter.progress({ done, total: n, unit, rate: done / ((performance.now() - started) / 1000) });
    await new Promise((resolve) => setImmediate(resolve));
  }
}
