import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withLargePages } from './large-pages.js';

const NAMES = ['glibc.malloc.hugetlb', 'glibc.malloc.mmap_threshold', 'glibc.malloc.trim_threshold'];
const namesOf = (env: NodeJS.ProcessEnv) => env.GLIBC_TUNABLES?.split(':').map((setting) => setting.split('=')[0]);

describe('large pages', () => {
  it('are asked for on Linux, and nowhere else', () => {
    expect(namesOf(withLargePages({}, 'linux'))).toEqual(NAMES);
    expect(withLargePages({ PATH: '/bin' }, 'darwin')).toEqual({ PATH: '/bin' });
    expect(withLargePages({ PATH: '/bin' }, 'win32')).toEqual({ PATH: '/bin' });
  });

  it('leave alone what somebody has set', () => {
    const set = 'glibc.malloc.hugetlb=0:glibc.malloc.arena_max=2';
    const told = withLargePages({ GLIBC_TUNABLES: set }, 'linux').GLIBC_TUNABLES ?? '';
    expect(told.startsWith(`${set}:`)).toBe(true);
    expect(told.match(/hugetlb/g)).toHaveLength(1);
  });

  it('may be asked for twice', () => {
    const once = withLargePages({}, 'linux');
    expect(withLargePages(once, 'linux')).toEqual(once);
  });

  it.runIf(process.platform === 'linux' && hugePagesAllowed())('are what a process then gets', () => {
    const program = `
      const held = Array.from({ length: 8 }, () => Buffer.alloc(16 * 2 ** 20, 1));
      const rollup = require('node:fs').readFileSync('/proc/self/smaps_rollup', 'utf8');
      console.log(held.length && /AnonHugePages:\\s+(\\d+)/.exec(rollup)[1]);`;
    const kilobytes = (env: NodeJS.ProcessEnv) =>
      Number(execFileSync(process.execPath, ['-e', program], { env, encoding: 'utf8' }));
    const { GLIBC_TUNABLES: _, ...plain } = process.env;
    expect(kilobytes(withLargePages(plain))).toBeGreaterThan(kilobytes(plain) + 60_000);
  });
});

/** True where the kernel gives huge pages to whoever asks, and only then, and the libc is one that asks. */
function hugePagesAllowed(): boolean {
  try {
    const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
    const [major = 0, minor = 0] = (report.header?.glibcVersionRuntime ?? '0.0').split('.').map(Number);
    const policy = readFileSync('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8');
    return policy.includes('[madvise]') && (major > 2 || (major === 2 && minor >= 35));
  } catch {
    return false;
  }
}
