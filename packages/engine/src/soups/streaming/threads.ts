import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CancelledError, StockpotEngineError } from '../../errors.js';
import { type SoupJob, type TaskResult, taskAt } from './job.js';
import { type JobMessage, STOPPED, type ThreadMessage } from './messages.js';
import { TaskRunner } from './task-runner.js';

const fromSource = import.meta.url.endsWith('.ts');

export interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onResult?: (result: TaskResult) => void;
}

/** What does the tasks of a job: threads, or the caller's own. */
export interface Workforce extends AsyncDisposable {
  /** Does all tasks; rejects with the first error, and with CancelledError when the signal fired. */
  run(job: SoupJob, options?: RunOptions): Promise<void>;
}

/** The caller's own thread: for soups that are done before a thread has started. */
export const ownThread: Workforce = {
  async run(job, { signal, onResult } = {}) {
    const runner = new TaskRunner(job);
    for (let index = 0; ; index++) {
      const task = taskAt(job, index);
      if (task === undefined) return;
      if (signal?.aborted === true) throw new CancelledError('The soup');
      onResult?.(runner.run(task));
      await setImmediate();
    }
  },
  [Symbol.asyncDispose]: async () => undefined,
};

/** Threads that stay for any number of jobs, one after the other. Hold them with `await using`. */
export async function openThreads(count: number): Promise<Workforce> {
  const workers = Array.from({ length: count }, () => startThread());
  const close = async () => {
    await Promise.all(workers.map((worker) => worker.terminate()));
  };
  try {
    await Promise.all(workers.map((worker) => listen(worker, () => undefined)));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    async run(job, { signal, onResult } = {}) {
      const control = new Int32Array(new SharedArrayBuffer(8));
      const stop = () => {
        Atomics.store(control, STOPPED, 1);
      };
      signal?.addEventListener('abort', stop, { once: true });
      if (signal?.aborted === true) stop();
      try {
        const message: JobMessage = { job, control };
        const ends = workers.map((worker) => {
          const end = listen(worker, (result) => onResult?.(result));
          worker.postMessage(message);
          return end;
        });
        // All of them: a thread that is still writing must not find its files closed.
        const failed = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      } finally {
        signal?.removeEventListener('abort', stop);
      }
      if (signal?.aborted === true) throw new CancelledError('The soup');
    },
    [Symbol.asyncDispose]: close,
  };
}

/** Resolves when the thread has done its part, rejects when it cannot. */
function listen(worker: Worker, onResult: (result: TaskResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (error?: Error) => {
      worker.off('message', hear).off('error', end).off('exit', gone);
      if (error === undefined) resolve();
      else reject(error);
    };
    const gone = () => end(new Error('A thread that mixes ended unasked.'));
    const hear = (message: ThreadMessage) => {
      if (message.kind === 'result') onResult(message.result);
      else if (message.kind === 'done') end();
      else end(new StockpotEngineError(message.error.message, message.error.advice, { name: message.error.name }));
    };
    worker.on('message', hear).on('error', end).on('exit', gone);
  });
}

function startThread(): Worker {
  const program = fileURLToPath(new URL(fromSource ? './thread.ts' : './thread.js', import.meta.url));
  // Not the host's own arguments: a debugger's port, a test runner's loader.
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return new Worker(program, { execArgv: fromSource ? ['--conditions=stockpot-source', '--import', loader()] : [] });
}
