import { once } from 'node:events';
import { CancelledError, StockpotEngineError } from '../../errors.js';
import type { NetworkCost } from '../../evaluation/cost/cost-document.js';
import { forkModule } from '../../fork-module.js';
import type { MeasureAnswer, MeasureOrder } from './child.js';

/** Measures a network in a process of its own. Throws CancelledError, and what made it fail. */
export async function measureApart(order: MeasureOrder, signal: AbortSignal): Promise<NetworkCost> {
  if (signal.aborted) throw new CancelledError('The measurement');
  const child = forkModule(import.meta.url, './child', [JSON.stringify(order)]);
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop, { once: true });
  let words = '';
  let answer: MeasureAnswer | undefined;
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString()).slice(-500);
  });
  child.once('message', (message: MeasureAnswer) => {
    answer = message;
  });
  const [code, how] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  if (signal.aborted) throw new CancelledError('The measurement');
  if (answer === undefined) {
    throw new StockpotEngineError(
      `The process that measured a network ended with ${how === null ? `exit code ${code}` : `the signal ${how}`}. ${words.trim()}`,
      'Free some memory, or measure smaller batches: `cost: { batches: [1] }`.',
    );
  }
  if ('error' in answer) throw new StockpotEngineError(answer.error.message, answer.error.advice);
  return answer.cost;
}
