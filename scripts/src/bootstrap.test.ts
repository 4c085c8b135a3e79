import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { explainNpmFailure } from '../lib/install.mjs';
import { treeMatches } from '../lib/install-state.mjs';
import { compareVersions } from '../lib/versions.mjs';

const lib = fileURLToPath(new URL('../lib', import.meta.url));

/** A checkout of its own, in a path with spaces, whose only dependency is a local package: nothing is fetched. */
function checkout(): string {
  const root = join(mkdtempSync(join(tmpdir(), 'stockpot ')), 'my checkout');
  cpSync(lib, join(root, 'scripts', 'lib'), { recursive: true });
  mkdirSync(join(root, 'pots'), { recursive: true });
  writeFileSync(join(root, 'pots', 'package.json'), JSON.stringify({ name: 'pots', version: '1.0.0' }));
  writeFileSync(join(root, 'package.json'), JSON.stringify({ name: 'r', version: '1.0.0', workspaces: ['pots'] }));
  execFileSync('npm', ['install', '--package-lock-only', '--offline'], { cwd: root, stdio: 'ignore' });
  writeFileSync(
    join(root, 'scripts', 'hello.mjs'),
    `import { bootstrap } from './lib/bootstrap.mjs';
     const { root } = await bootstrap({ script: import.meta.url });
     console.log(JSON.stringify({ root, node: process.version, arguments: process.argv.slice(2) }));`,
  );
  return root;
}

function hello(root: string, ...args: string[]) {
  return spawnSync(process.execPath, [join(root, 'scripts', 'hello.mjs'), ...args], { encoding: 'utf8' });
}

describe('the bootstrap', () => {
  it('installs once, from the lock file, in a path with spaces', () => {
    const root = checkout();
    const first = hello(root, '--yes', 'two words');
    expect(first.stderr).toContain('Dependencies installed');
    expect(JSON.parse(first.stdout)).toMatchObject({ root, arguments: ['--yes', 'two words'] });
    expect(hello(root).stderr).toBe('');
  });

  it('installs again when the lock file has changed', () => {
    const root = checkout();
    hello(root);
    mkdirSync(join(root, 'pans'));
    writeFileSync(join(root, 'pans', 'package.json'), JSON.stringify({ name: 'pans', version: '1.0.0' }));
    writeFileSync(
      join(root, 'package.json'),
      JSON.stringify({ name: 'r', version: '1.0.0', workspaces: ['pots', 'pans'] }),
    );
    execFileSync('npm', ['install', '--package-lock-only', '--offline'], { cwd: root, stdio: 'ignore' });
    expect(hello(root).stderr).toContain('Dependencies installed');
  });

  it('says what to do when there is no npm', () => {
    const root = checkout();
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'hello.mjs')], {
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
    });
    expect(status).toBe(1);
    expect(stderr).toContain('npm could not be started');
    expect(stderr).toContain('Install Node.js 20 or newer together with npm');
  });

  it('ends as the command ends', () => {
    const root = checkout();
    writeFileSync(
      join(root, 'scripts', 'hello.mjs'),
      "import { bootstrap } from './lib/bootstrap.mjs'; await bootstrap({ script: import.meta.url }); process.exit(7);",
    );
    expect(hello(root).status).toBe(7);
  });

  it('refuses a lock file that is not there', () => {
    const root = mkdtempSync(join(tmpdir(), 'stockpot '));
    cpSync(lib, join(root, 'scripts', 'lib'), { recursive: true });
    writeFileSync(
      join(root, 'scripts', 'hello.mjs'),
      "import { bootstrap } from './lib/bootstrap.mjs'; await bootstrap({ script: import.meta.url });",
    );
    const { status, stderr } = hello(root);
    expect(status).toBe(1);
    expect(stderr).toContain('There is no package-lock.json');
    chmodSync(root, 0o700);
  });
});

describe('what npm says', () => {
  const exit = { code: 1, signal: null };
  it.each([
    ['npm error code ENOTFOUND\nnpm error network request failed', 'The npm registry could not be reached'],
    ['npm error code ENOSPC', 'The disk is full'],
    ['npm error code EACCES\nnpm error syscall mkdir', 'npm may not write'],
    ['npm error code EUSAGE\nnpm error Missing: x@1 from lock file', 'do not agree'],
    ['npm error code EINTEGRITY sha512', 'not the one that package-lock.json names'],
    ['npm error something else', 'npm ci failed with exit code 1'],
  ])('becomes a sentence: %s', (output, sentence) => {
    const error = explainNpmFailure(output, exit);
    expect(error.message).toContain(sentence);
    expect(error.advice).not.toBe('');
  });
});

describe('an install made by hand', () => {
  const lock = {
    packages: {
      '': {},
      'packages/db': { version: '0.1.0' },
      'node_modules/@stockpot/db': { resolved: 'packages/db', link: true },
      'node_modules/zod': { version: '4.6.7' },
      'node_modules/for-another-platform': { version: '1.0.0', optional: true },
    },
  };
  const matches = (tree: Record<string, string>) => treeMatches(lock, (path: string) => tree[path]);

  it('is recognised when every package has its version', () => {
    expect(matches({ 'node_modules/@stockpot/db': '0.1.0', 'node_modules/zod': '4.6.7' })).toBe(true);
  });

  it('is not when one differs, one is missing, or a workspace has no link', () => {
    expect(matches({ 'node_modules/@stockpot/db': '0.1.0', 'node_modules/zod': '4.6.6' })).toBe(false);
    expect(matches({ 'node_modules/@stockpot/db': '0.1.0' })).toBe(false);
    expect(matches({ 'node_modules/zod': '4.6.7' })).toBe(false);
  });
});

describe('versions', () => {
  it('compare by number, not by letter', () => {
    expect(compareVersions('v22.9.0', '22.18.0')).toBeLessThan(0);
    expect(compareVersions('24.0.0', '22.18.0')).toBeGreaterThan(0);
    expect(compareVersions('22.18.0-nightly', 'v22.18.0')).toBe(0);
  });
});
