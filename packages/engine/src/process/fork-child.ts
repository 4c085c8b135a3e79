import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const fromSource = import.meta.url.endsWith('.ts');

/** The step table of this engine, as a module URL. */
export const ENGINE_STEPS = new URL(fromSource ? '../steps/index.ts' : '../steps/index.js', import.meta.url).href;

/** Everything that a numerical process needs and nothing that is secret: no database address, no token. */
const PASSED_ON =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|COMSPEC|LD_LIBRARY_PATH|OMP_.*|STOCKPOT_HOME)$/;

/**
 * Starts the engine's process from `dist`, or from source when this file runs from source (tests, tsx). Only its
 * standard error is connected: standard output belongs to the host's display.
 */
export function forkChild(steps: string): ChildProcess {
  const child = fileURLToPath(new URL(fromSource ? './child.ts' : './child.js', import.meta.url));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
  return fork(child, [steps], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Not the host's own: a debugger's port, a test runner's loader.
    execArgv: fromSource ? ['--conditions=stockpot-source', '--import', typescriptLoader()] : [],
    env,
  });
}

function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
