import { spawn } from 'node:child_process';
import { announce, lastLines, seconds } from './install.mjs';
import { installed } from './paths.mjs';
import { paint, printFailure, Refusal } from './say.mjs';

/**
 * Builds what has changed, quietly; turbo knows what that is. On failure prints the end of the output and exits 1.
 *
 * @param {string} root the checkout
 * @param {readonly string[]} filters workspaces to build, as turbo's `--filter` takes them; all when empty
 */
export async function build(root, filters = []) {
  const started = Date.now();
  const stopTicking = announce('Building');
  const args = [
    'run',
    'build',
    '--output-logs=errors-only',
    '--log-prefix=none',
    '--ui=stream',
    '--no-update-notifier',
  ];
  const child = spawn(installed('turbo'), [...args, ...filters.map((filter) => `--filter=${filter}`)], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NEXT_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-500_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const { code, error } = await new Promise((resolve) => {
    child.once('error', (problem) => resolve({ code: null, error: problem }));
    child.once('close', (status) => resolve({ code: status }));
  });
  stopTicking();
  if (code === 0) {
    process.stderr.write(
      `  ${paint(32, '✓')} ${'Built'.padEnd(30)} ${paint(2, seconds(Date.now() - started).padStart(7))}\n`,
    );
    return;
  }
  printFailure(
    new Refusal(
      error ? `The build could not be started: ${error.message}.` : 'The build failed.',
      'If you changed something, mend what the lines above say. Otherwise start again, and report it if it stays.',
      lastLines(output, 60),
    ),
  );
  process.exit(1);
}
