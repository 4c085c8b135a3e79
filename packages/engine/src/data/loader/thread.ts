/** @file The program of a thread of the loader. */
import { parentPort, workerData } from 'node:worker_threads';
import { portable } from './errors.js';
import type { MadeMessage, MakeMessage, ThreadData } from './messages.js';
import type { Work } from './work.js';

const port = parentPort;
if (port === null) throw new Error('This module is the program of a thread and was run as one of its own.');

const plan: ThreadData = workerData;
const opened: Promise<Work<unknown>> = import(plan.module).then(({ open }) => open(plan.parameters));
// Whoever asks for the first result hears of it.
opened.catch(() => undefined);

let last: Promise<void> = Promise.resolve();
port.on('message', ({ index }: MakeMessage) => {
  last = last.then(() => answer(index));
});

async function answer(index: number): Promise<void> {
  try {
    const { result, moved } = await (await opened).make(index);
    const message: MadeMessage = { kind: 'made', index, result };
    port?.postMessage(message, [...moved]);
  } catch (error) {
    const message: MadeMessage = { kind: 'failed', index, error: portable(error) };
    port?.postMessage(message);
  }
}
