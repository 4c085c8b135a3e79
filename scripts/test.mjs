// `npm test`: everything that proves Stockpot, from a fresh clone, with nothing installed by hand. It installs, then runs
// lint, types, builds, the unit and integration tests of every package, and the tests across packages in a real browser
// with real processes, and ends with one line: N passed, N failed, N skipped.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './lib/bootstrap.mjs';

const { root } = await bootstrap({ script: import.meta.url });
const { findOrInstallBrowser } = await import('./lib/browser.mjs');

const passed = [];
const failed = [];
const skipped = [];
const started = Date.now();

/** Runs one command of the tool chain and counts it as one check. */
function check(name, command, args, env = {}) {
  const before = Date.now();
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  const seconds = ((Date.now() - before) / 1000).toFixed(1);
  if (status === 0) passed.push(name);
  else failed.push({ name, message: error ? error.message : `\`${command} ${args.join(' ')}\` ended with ${status}` });
  console.log(`\n${status === 0 ? 'ok' : 'FAILED'}  ${name} (${seconds} s)\n`);
  return status === 0;
}

/** The folders that npm calls workspaces: packages/*, apps/*, scripts and test. */
function workspaces() {
  const inside = (folder) => readdirSync(join(root, folder)).map((name) => join(folder, name));
  return [...inside('packages'), ...inside('apps'), 'scripts', 'test'].filter((path) =>
    existsSync(join(root, path, 'package.json')),
  );
}

function hasTests(folder) {
  return existsSync(folder) && readdirSync(folder, { recursive: true }).some((file) => /\.test\.tsx?$/.test(file));
}

/** Adds up what each package's summary reporter left; a package with tests and no summary has failed. */
function collectSummaries(paths) {
  for (const path of paths) {
    const { name, scripts } = JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'));
    if (!scripts?.test) {
      if (hasTests(join(root, path, 'src'))) {
        failed.push({ name, message: 'it has *.test.ts files, and no script `test` in its package.json runs them' });
      }
      continue;
    }
    const file = join(root, path, 'test-results/summary.json');
    if (!existsSync(file)) {
      failed.push({ name, message: 'its tests left no summary; read the output above for the reason' });
      continue;
    }
    const summary = JSON.parse(readFileSync(file, 'utf8'));
    for (let i = 0; i < summary.passed; i++) passed.push(name);
    for (const test of summary.failed) failed.push({ name: `${name}: ${test.name}`, message: test.message });
    for (const test of summary.skipped) skipped.push({ name: `${name}: ${test.name}`, reason: test.reason });
  }
}

const all = workspaces();
for (const path of all) rmSync(join(root, path, 'test-results'), { recursive: true, force: true });

const browser = findOrInstallBrowser();
if (browser.path === undefined) console.log(`No browser: ${browser.reason}\n`);

check('lint', 'turbo', ['run', 'lint', '--output-logs=new-only']);
const built = check('build', 'turbo', ['run', 'build', '--output-logs=errors-only']);
check('types', 'turbo', ['run', 'types', '--output-logs=errors-only', '--continue']);
if (built) {
  // One package at a time: the suites use every core themselves, and their output stays readable.
  const env = browser.path === undefined ? { STOCKPOT_NO_BROWSER: browser.reason } : { STOCKPOT_BROWSER: browser.path };
  spawnSync('turbo', ['run', 'test', '--concurrency=1', '--continue', '--output-logs=full', '--log-prefix=none'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  });
  collectSummaries(all);
} else {
  failed.push({ name: 'tests', message: 'they were not run because the build failed' });
}

if (skipped.length > 0) {
  console.log('\nSkipped, and why:');
  for (const test of skipped) console.log(`  ${test.name}\n    ${test.reason}`);
}
if (failed.length > 0) {
  console.log('\nFailed:');
  for (const test of failed) console.log(`  ${test.name}\n    ${test.message.split('\n')[0]}`);
}
console.log(`\nTook ${((Date.now() - started) / 60_000).toFixed(1)} minutes.`);
console.log(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length === 0 ? 0 : 1;
