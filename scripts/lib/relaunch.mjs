import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { installed } from './paths.mjs';
import { Refusal } from './say.mjs';
import { compareVersions, oldestNode } from './versions.mjs';

/** The Node to run on: the running one when it is new enough, else the one that package-lock.json brought. */
export function suitableNode() {
  if (compareVersions(process.version, oldestNode) >= 0) return process.execPath;
  const candidate = installed('node');
  if (existsSync(candidate)) {
    try {
      const version = execFileSync(candidate, ['--version'], { encoding: 'utf8' });
      if (compareVersions(version, oldestNode) >= 0) return candidate;
    } catch {
      // A binary for another C library or processor does not start; the sentence below is what helps then.
    }
  }
  throw new Refusal(
    `Stockpot needs Node.js ${oldestNode} or newer; this is ${process.version}, and npm has no ready Node.js for ` +
      `${process.platform} on ${process.arch} here.`,
    'Install Node.js 24 (from nodejs.org, your system, nvm or fnm) and run the same command again.',
  );
}

/**
 * Runs this same command line under another Node and ends as it ends. The child hears of our death through the IPC
 * channel. Signals are passed on: one sent to us alone must arrive. A terminal's Ctrl-C reaches both by itself, so a command
 * that counts signals takes two in short order for one.
 */
export function relaunch(node, argv, environment) {
  const child = spawn(node, argv, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: environment });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    process.stderr.write(`Node.js at ${node} could not be started: ${error.message}\n`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    process.exit(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1));
  });
  return new Promise(() => {});
}
