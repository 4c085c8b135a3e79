import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ThreadData } from './messages.js';

const fromSource = import.meta.url.endsWith('.ts');

/** Starts a thread from `dist`, or from source when this file runs from source (tests, tsx). */
export function startThread(data: ThreadData): Worker {
  const program = fileURLToPath(new URL(fromSource ? './thread.ts' : './thread.js', import.meta.url));
  return new Worker(program, {
    workerData: data,
    // Not the host's own: a debugger's port, a test runner's loader.
    execArgv: fromSource ? ['--conditions=stockpot-source', '--import', typescriptLoader()] : [],
  });
}

function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
