import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isInstalled, stampInstall } from './install-state.mjs';
import { paint, Refusal } from './say.mjs';

/** Installs what the lock file asks for, when `node_modules` is not that already. Two starts at once install once. */
export async function ensureInstalled(root) {
  if (isInstalled(root)) return;
  await withInstallLock(root, async () => {
    if (isInstalled(root)) return;
    const started = Date.now();
    const stopTicking = announce('Installing dependencies from package-lock.json (some 800 packages, a minute or two)');
    try {
      await runNpmCi(root);
    } finally {
      stopTicking();
    }
    stampInstall(root);
    process.stderr.write(`${paint(32, '✓')} Dependencies installed in ${seconds(Date.now() - started)}\n`);
  });
}

async function runNpmCi(root) {
  const { command, args } = npm();
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // The installer of onnxruntime-node would otherwise look for CUDA files on a server of its own.
    env: { ...withoutNpmState(process.env), ONNXRUNTIME_NODE_INSTALL: 'skip' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-200_000);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const outcome = await new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  if (outcome.error) {
    throw new Refusal(
      `npm could not be started (${outcome.error.message}).`,
      'Install Node.js 20 or newer together with npm, check that `npm --version` answers, and try again.',
    );
  }
  if (outcome.code !== 0) throw explainNpmFailure(output, outcome);
}

/** Turns what npm printed into the sentence that helps; exported for its test. */
export function explainNpmFailure(output, { code, signal }) {
  const details = lastLines(output, 15);
  const refuse = (message, advice) => new Refusal(message, advice, details);
  if (signal) return refuse(`The installation was stopped by ${signal}.`, 'Start again: it begins afresh.');
  if (/ENOSPC/.test(output)) {
    return refuse('The disk is full: dependencies need about 1.6 GB.', 'Free some space and start again.');
  }
  if (/\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(output)) {
    return refuse(
      'The npm registry could not be reached, so the dependencies could not be installed.',
      'Check the network (and `npm config get registry` and `npm config get proxy`), then start again.',
    );
  }
  if (/\b(EACCES|EPERM)\b/.test(output)) {
    return refuse(
      'npm may not write into this checkout or its cache.',
      'Give the folder to the user who starts Stockpot (an earlier start as root may own node_modules), then start again.',
    );
  }
  if (/EUSAGE|can only install packages when your package\.json and package-lock\.json/.test(output)) {
    return refuse(
      'package.json and package-lock.json do not agree, so npm refuses to install.',
      'Take back local changes to them (`git checkout package.json package-lock.json`) or run `npm install`.',
    );
  }
  if (/EINTEGRITY/.test(output)) {
    return refuse(
      'A downloaded package is not the one that package-lock.json names.',
      'Run `npm cache verify`, then start again; if it repeats, the registry serves other files than it did.',
    );
  }
  return refuse(`npm ci failed with exit code ${code}.`, 'The lines above say why; mend that and start again.');
}

/** The npm that started us, or the one on the PATH. */
function npm(environment = process.env) {
  const path = environment.npm_execpath;
  if (path && /npm-cli\.c?js$/.test(path)) return { command: process.execPath, args: [path] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

/** `npm start` describes itself in variables that would change what an inner `npm ci` does. */
function withoutNpmState(environment) {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^npm_(package|lifecycle|command|config_(global|local)_prefix)/.test(name),
    ),
  );
}

async function withInstallLock(root, work) {
  const name = createHash('sha256').update(`${root}\n${userInfo().uid}`).digest('hex').slice(0, 16);
  const lock = join(tmpdir(), `stockpot-install-${name}`);
  const deadline = Date.now() + 10 * 60_000;
  let told = false;
  while (!tryLock(lock)) {
    if (Date.now() > deadline) {
      throw new Refusal(
        'Another installation in this checkout has been running for ten minutes.',
        `Stop it, or remove ${lock} when no npm is running, and start again.`,
      );
    }
    if (!told) process.stderr.write('Another start is installing the dependencies; waiting for it.\n');
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    await work();
  } finally {
    release();
    process.removeListener('exit', release);
  }
}

/** A folder is made by one process only; one left behind by a process that is gone is taken over. */
function tryLock(lock) {
  try {
    mkdirSync(lock);
    writeFileSync(join(lock, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = readPid(join(lock, 'pid'));
  if (holder !== undefined && !isAlive(holder)) rmSync(lock, { recursive: true, force: true });
  return false;
}

function readPid(path) {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isInteger(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Says what is going on, and on a terminal for how long already. */
export function announce(text) {
  const started = Date.now();
  if (!process.stderr.isTTY) {
    process.stderr.write(`${text} …\n`);
    return () => {};
  }
  const draw = () => process.stderr.write(`\r\u001b[K${paint(36, '•')} ${text} … ${seconds(Date.now() - started)}`);
  draw();
  const timer = setInterval(draw, 1000);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  };
}

export function seconds(milliseconds) {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}

export function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
