import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const fixedPlaces = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function find() {
  if (process.env.STOCKPOT_BROWSER) {
    if (executable(process.env.STOCKPOT_BROWSER)) return process.env.STOCKPOT_BROWSER;
    throw new Error(
      `STOCKPOT_BROWSER names ${process.env.STOCKPOT_BROWSER}, which cannot be run. Point it at a Chromium or Chrome, or unset it.`,
    );
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...fixedPlaces].find(executable);
}

/**
 * A Chromium for the end-to-end tests: the machine's own, or Debian's package where we are root and apt is there.
 * @returns {{path: string} | {path: undefined, reason: string}}
 */
export function findOrInstallBrowser() {
  const found = find();
  if (found) return { path: found };
  const isRoot = process.getuid?.() === 0;
  const hasApt = spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!isRoot || !hasApt) {
    return {
      path: undefined,
      reason: `no Chromium or Chrome was found, and ${hasApt ? 'installing one needs root' : 'this system has no apt-get'}; install one or set STOCKPOT_BROWSER`,
    };
  }
  console.log('Installing Chromium from the Debian packages for the browser tests …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore', env });
  // With the Vulkan loader the engine's tests can use the software graphics processor that comes with Chromium.
  const packages = ['chromium', 'libvulkan1'];
  const install = spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], {
    encoding: 'utf8',
    env,
  });
  const installed = find();
  if (installed) return { path: installed };
  return {
    path: undefined,
    reason: `apt-get could not install chromium: ${(install.stderr ?? '').trim().split('\n').at(-1)}`,
  };
}
