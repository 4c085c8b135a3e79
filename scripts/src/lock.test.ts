import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Lock, lockHolder } from './lock.js';
import { identify } from './process-identity.js';

const folder = () => mkdtempSync(join(tmpdir(), 'stockpot lock '));

describe('the lock on a data root', () => {
  it('is held by one, who can say where it is, and is free after release', () => {
    const at = folder();
    const lock = Lock.acquire(at);
    if (!(lock instanceof Lock)) throw new Error('the lock of a new folder is free');
    lock.describe({ dashboard: 'http://127.0.0.1:3000' });
    expect(lockHolder(at)).toMatchObject({ pid: process.pid, note: { dashboard: 'http://127.0.0.1:3000' } });
    expect(Lock.acquire(at)).toMatchObject({ pid: process.pid, note: { dashboard: 'http://127.0.0.1:3000' } });
    lock.release();
    expect(lockHolder(at)).toBeUndefined();
    expect(readdirSync(at)).toEqual([]);
  });

  it('is taken over from a process that was killed', async () => {
    const at = folder();
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identify(other.pid ?? 0);
    writeFileSync(join(at, 'supervisor.json'), JSON.stringify(identity));
    expect(Lock.acquire(at)).toMatchObject({ pid: other.pid });
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    const lock = Lock.acquire(at);
    expect(lock).toBeInstanceOf(Lock);
  });

  it('is not believed when its process id has gone to another process', () => {
    const at = folder();
    writeFileSync(join(at, 'supervisor.json'), JSON.stringify({ pid: process.pid, birth: 'before the last boot/1' }));
    expect(lockHolder(at)).toBeUndefined();
    expect(Lock.acquire(at)).toBeInstanceOf(Lock);
  });

  it('is taken over when a crash left it half-written', () => {
    const at = folder();
    writeFileSync(join(at, 'supervisor.json'), '{"pid":');
    expect(Lock.acquire(at)).toBeInstanceOf(Lock);
  });
});
