import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ProcessRecords } from './process-records.js';

function started(script: string): Promise<ChildProcess & { pid: number }> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up')`], { detached: true });
  return new Promise((resolve) => {
    child.stdout?.once('data', () => resolve(Object.assign(child, { pid: child.pid ?? 0 })));
  });
}

describe('processes that outlived their supervisor', () => {
  it('are asked to end, and ended when they do not', async () => {
    const records = new ProcessRecords(mkdtempSync(join(tmpdir(), 'stockpot ')));
    const polite = await started('setInterval(() => {}, 1000)');
    const stubborn = await started("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    records.add('web', polite.pid);
    records.add('api', stubborn.pid);
    const ends = Promise.all(
      [polite, stubborn].map((child) => new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)))),
    );
    const reaped = await records.reap(300);
    expect(reaped.map((record) => record.role).sort()).toEqual(['api', 'web']);
    expect(await ends).toEqual(['SIGTERM', 'SIGKILL']);
    expect(records.living()).toEqual([]);
  });

  it('are left alone when the process id belongs to somebody else by now', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot '));
    const records = new ProcessRecords(folder);
    const innocent = await started('setInterval(() => {}, 1000)');
    writeFileSync(
      join(folder, `web-${innocent.pid}.process.json`),
      JSON.stringify({ role: 'web', pid: innocent.pid, birth: 'an earlier boot/77' }),
    );
    expect(await records.reap(100)).toEqual([]);
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
    innocent.kill('SIGKILL');
  });
});
