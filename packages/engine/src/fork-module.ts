import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { withLargePages } from './large-pages.js';

/** Everything that a numerical process needs and nothing that is secret: no database address, no token. */
const PASSED_ON =
  /^(PATH|HOME|USER|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|COMSPEC|LD_LIBRARY_PATH|OMP_.*|GLIBC_TUNABLES|VK_.*|XDG_RUNTIME_DIR|CUDA_.*|NVIDIA_.*|STOCKPOT_HOME)$/;

/**
 * Starts a module of this package as a process with a channel to it: from `dist`, or from source when its neighbour runs
 * from source (tests, tsx). Only its standard error is connected: standard output belongs to the host's display.
 *
 * @param neighbour `import.meta.url` of a file beside it
 * @param name file name without its extension, as './child'
 */
export function forkModule(neighbour: string, name: string, args: readonly string[]): ChildProcess {
  const fromSource = neighbour.endsWith('.ts');
  const file = fileURLToPath(new URL(`${name}${fromSource ? '.ts' : '.js'}`, neighbour));
  const env = Object.fromEntries(Object.entries(process.env).filter(([variable]) => PASSED_ON.test(variable)));
  return fork(file, [...args], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Not the host's own: a debugger's port, a test runner's loader.
    execArgv: fromSource ? ['--conditions=stockpot-source', '--import', typescriptLoader()] : [],
    env: withLargePages(env),
  });
}

function typescriptLoader(): string {
  return pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
}
