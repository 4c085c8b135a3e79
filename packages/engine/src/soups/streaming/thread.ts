/** @file The program of a thread that mixes: it takes one task after the other until none is left or the work is stopped. */
import { parentPort } from 'node:worker_threads';
import { reportError } from '../../errors.js';
import { taskAt } from './job.js';
import { type JobMessage, NEXT, STOPPED, type ThreadMessage } from './messages.js';
import { TaskRunner } from './task-runner.js';

const port = parentPort;
if (port === null) throw new Error('This module is the program of a thread and was run as one of its own.');

port.on('message', ({ job, control }: JobMessage) => {
  const say = (message: ThreadMessage) => port.postMessage(message);
  try {
    const runner = new TaskRunner(job);
    while (Atomics.load(control, STOPPED) === 0) {
      const task = taskAt(job, Atomics.add(control, NEXT, 1));
      if (task === undefined) break;
      say({ kind: 'result', result: runner.run(task) });
    }
    say({ kind: 'done' });
  } catch (error) {
    Atomics.store(control, STOPPED, 1);
    say({ kind: 'failed', error: reportError(error) });
  }
});

port.postMessage({ kind: 'done' } satisfies ThreadMessage);
