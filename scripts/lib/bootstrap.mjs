import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { checkout } from './paths.mjs';
import { relaunch, suitableNode } from './relaunch.mjs';
import { printFailure, Refusal } from './say.mjs';
import { compareVersions, oldestBootstrapNode } from './versions.mjs';

/**
 * The first thing every command of this checkout does, on whatever Node the machine has (20 or newer), with nothing
 * installed: brings `node_modules` in line with the lock file, and goes on under a Node that is new enough. Afterwards
 * `node_modules/.bin` is first on the PATH, so that tools find that same Node.
 *
 *     import { bootstrap } from './lib/bootstrap.mjs';
 *     const { root } = await bootstrap({ script: import.meta.url });   // from here on: dependencies, Node ≥ 22.18
 *
 * @param {{ script: string }} options `script` is the command's `import.meta.url`, to run it again under another Node.
 * @returns {Promise<{ root: string }>} the checkout's folder.
 */
export async function bootstrap({ script }) {
  try {
    checkMachine();
    await ensureInstalled(checkout);
    const bin = join(checkout, 'node_modules', '.bin');
    const path = process.env.PATH ?? '';
    if (path.split(delimiter)[0] !== bin) process.env.PATH = path === '' ? bin : `${bin}${delimiter}${path}`;
    const node = suitableNode();
    if (node === process.execPath) return { root: checkout };
    return await relaunch(node, [...process.execArgv, fileURLToPath(script), ...process.argv.slice(2)], process.env);
  } catch (error) {
    printFailure(error);
    process.exit(1);
  }
}

function checkMachine() {
  if (compareVersions(process.version, oldestBootstrapNode) < 0) {
    throw new Refusal(
      `Stockpot needs Node.js ${oldestBootstrapNode} or newer; this is ${process.version}.`,
      'Install Node.js 24 and run the same command again.',
    );
  }
  if (process.platform === 'win32') {
    throw new Refusal(
      'Windows is not supported directly.',
      'Use the Windows Subsystem for Linux: open its shell and run the same command there.',
    );
  }
  if (!existsSync(join(checkout, 'package-lock.json'))) {
    throw new Refusal(
      `There is no package-lock.json in ${checkout}.`,
      'Clone the repository again, or restore the file with `git checkout package-lock.json`.',
    );
  }
}
