import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ProcessRecords } from './process-records.js';
import { saysReady } from './readiness.js';
import type { Refusal } from './refusal.js';
import { Service, type ServiceSpec } from './service.js';

const services: Service[] = [];
afterEach(() => {
  for (const service of services.splice(0)) service.kill();
});

/** A service whose program is given as text, in a folder of its own with a space in its name. */
function service(program: string) {
  const folder = mkdtempSync(join(tmpdir(), 'stockpot service '));
  const run = join(folder, 'run');
  mkdirSync(run);
  const file = join(folder, 'program.mjs');
  writeFileSync(file, program);
  const spec: ServiceSpec = {
    role: 'api',
    title: 'API',
    args: [file],
    cwd: folder,
    environment: { FOLDER: folder },
    ready: saysReady,
  };
  const records = new ProcessRecords(run);
  const events: string[] = [];
  let failure: Refusal | undefined;
  const made = new Service(spec, folder, records, {
    restarting: (_service, exit) => events.push(`ended by ${exit.signal ?? exit.code}`),
    restarted: () => events.push('is back'),
    failed: (_service, error) => {
      failure = error;
    },
  });
  services.push(made);
  return { service: made, records, events, folder, failure: () => failure };
}

const until = async (holds: () => boolean) => {
  for (let i = 0; i < 300 && !holds(); i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(holds()).toBe(true);
};
const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const POLITE =
  "console.log('{\"ready\":true}'); setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));";

describe('a service', () => {
  it('is started, recorded, and ends when asked to', async () => {
    const { service: polite, records } = service(POLITE);
    await polite.start();
    expect(records.living()).toMatchObject([{ role: 'api', pid: polite.pid }]);
    const before = Date.now();
    await polite.stop(3_000);
    expect(Date.now() - before).toBeLessThan(1_500);
    expect(records.living()).toEqual([]);
  });

  it('is started again when it was killed', async () => {
    const { service: polite, events } = service(POLITE);
    await polite.start();
    const first = polite.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => events.includes('is back'));
    expect(events[0]).toBe('ended by SIGKILL');
    expect(polite.pid).not.toBe(first);
    await polite.stop(3_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(events).toHaveLength(2);
  });

  it('is given up, with the end of its log, when it keeps ending', async () => {
    const { service: broken, failure } = service(
      `import { existsSync, writeFileSync } from 'node:fs';
       if (existsSync(process.env.FOLDER + '/started')) { console.error('the port is on fire'); process.exit(3); }
       writeFileSync(process.env.FOLDER + '/started', '');
       console.log('{"ready":true}');
       setTimeout(() => process.exit(3), 50);`,
    );
    await broken.start();
    await until(() => failure() !== undefined);
    expect(failure()?.message).toContain('ended 6 times within a minute (exit code 3)');
    expect(failure()?.details).toContain('the port is on fire');
  });

  it('says why it could not start', async () => {
    const { service: broken } = service("console.error('no database'); process.exit(2)");
    await expect(broken.start()).rejects.toMatchObject({
      message: 'The API ended while it was starting (exit code 2).',
      details: 'no database',
    });
  });

  it('ends with its children when it will not listen, even while it is stopped', async () => {
    const { service: stubborn, folder } = service(
      `import { spawn } from 'node:child_process';
       import { writeFileSync } from 'node:fs';
       const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
       writeFileSync(process.env.FOLDER + '/child', String(child.pid));
       process.on('SIGTERM', () => {});
       console.log('{"ready":true}');
       setInterval(() => {}, 1000);`,
    );
    await stubborn.start();
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    const pid = stubborn.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await stubborn.stop(300);
    expect(lives(pid)).toBe(false);
    await until(() => !lives(child));
  });
});

describe('the guard', () => {
  it('ends a service whose supervisor was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot guard '));
    const program = join(folder, 'program.mjs');
    writeFileSync(program, 'console.log(\'{"ready":true}\'); setInterval(() => {}, 1000);');
    const supervisor = join(folder, 'supervisor.mts');
    writeFileSync(
      supervisor,
      `import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['--import', ${JSON.stringify(new URL('./guard.ts', import.meta.url).href)}, ${JSON.stringify(program)}],
         { detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
       console.log(child.pid);
       setInterval(() => {}, 1000);`,
    );
    const { spawn } = await import('node:child_process');
    const parent = spawn(process.execPath, [supervisor], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until(() => !lives(pid));
  });
});
