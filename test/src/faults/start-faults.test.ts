import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { lives, occupy, Stockpot, until } from './stockpot.js';

const tiny = fileURLToPath(new URL('../../../examples/recipes/tiny.yaml', import.meta.url));

/** The tiny recipe with a pre-training of several seconds, so that a fault can strike in between. */
function longRecipe(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'stockpot recipe ')), 'long.yaml');
  const text = readFileSync(tiny, 'utf8');
  writeFileSync(
    path,
    text.replace('epochs: 1\n    batch: 64\n    lr: 1.0e-3', 'epochs: 300\n    batch: 64\n    lr: 1.0e-3'),
  );
  return path;
}

const started: Stockpot[] = [];
afterEach(async () => {
  for (const stockpot of started.splice(0)) await stockpot.cleanUp();
});

function newStockpot(environment: Readonly<Record<string, string>>): Stockpot {
  const stockpot = new Stockpot(environment);
  started.push(stockpot);
  return stockpot;
}

async function answers(port: number, path = '/'): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(3_000) });
    await response.text();
    return response.status < 500;
  } catch {
    return false;
  }
}

describe('npm start', { timeout: 300_000 }, () => {
  it('cooks once, refuses a second start beside it, stops within ten seconds, and cooks nothing again', async () => {
    const blockers = await Promise.all([3000, 4000].map(occupy));
    const stockpot = newStockpot({ STOCKPOT_RECIPE: tiny });
    stockpot.start();
    await stockpot.says('Everything is saved');
    expect(stockpot.output).toMatch(/Set up +http:\/\/127\.0\.0\.1:\d+\/setup\?token=/);
    expect(stockpot.output).toContain('tiny is cooked');
    expect(stockpot.output).toContain('greedy');
    const ports = stockpot.ports();
    expect([3000, 4000]).not.toContain(ports.web);
    expect([3000, 4000]).not.toContain(ports.api);
    expect(await answers(ports.web)).toBe(true);
    const runs = await stockpot.runs();
    expect(runs.map((run) => run.status)).toEqual(['SUCCEEDED']);
    const { pid } = stockpot;
    const pids = Object.values(stockpot.pids());

    const beside = newStockpot({ STOCKPOT_RECIPE: tiny, STOCKPOT_HOME: stockpot.home });
    beside.start();
    expect(await beside.exited).toBe(1);
    expect(beside.output).toContain(`(process ${pid})`);
    expect(beside.output).toContain('already running');

    const stop = await stockpot.signal('SIGINT');
    expect(stop.code).toBe(0);
    expect(stop.seconds).toBeLessThan(10);
    expect(pids.filter(lives)).toEqual([]);

    stockpot.start();
    await stockpot.says('Everything is saved');
    expect(stockpot.ports()).toEqual(ports);
    expect((await stockpot.runs()).map((run) => run.id)).toEqual(runs.map((run) => run.id));
    for (const blocker of blockers) blocker.close();
  });

  it('stops within ten seconds in the middle of a training', async () => {
    const stockpot = newStockpot({ STOCKPOT_RECIPE: longRecipe() });
    stockpot.start();
    await stockpot.stepIs('stock', ['RUNNING']);
    const pids = Object.values(stockpot.pids());
    const { code, seconds } = await stockpot.signal('SIGTERM');
    expect(code).toBe(0);
    expect(seconds).toBeLessThan(10);
    expect(pids.filter(lives)).toEqual([]);
  });

  it('brings back each process that is killed, and the run goes on', async () => {
    const stockpot = newStockpot({ STOCKPOT_RECIPE: longRecipe() });
    stockpot.start();
    await stockpot.stepIs('stock', ['RUNNING']);
    for (const role of ['web', 'api', 'worker', 'postgres']) {
      const pid = stockpot.pids()[role] ?? 0;
      process.kill(pid, 'SIGKILL');
      await until(`another ${role}`, () => {
        const now = safePids(stockpot)[role];
        return now !== undefined && now !== pid && lives(now);
      });
      const { web, api } = stockpot.ports();
      await until('the dashboard to answer', () => answers(web));
      await until('the API to answer', () => answers(api, '/health'));
    }
    await stockpot.says('is cooked');
    const [run] = await stockpot.runs();
    expect(run?.status).toBe('SUCCEEDED');
    expect(run?.steps.find((step) => step.stepId === 'datasets/mnist')?.attempts).toBe(1);
  });

  for (const [what, victims] of [
    ['the supervisor is', ['supervisor']],
    ['all of its processes are', ['supervisor', 'web', 'api', 'worker', 'postgres']],
  ] as const) {
    it(`goes on where it was after ${what} killed: no orphan holds a port, no finished step is repeated`, async () => {
      const stockpot = newStockpot({ STOCKPOT_RECIPE: longRecipe() });
      stockpot.start();
      const before = await stockpot.stepIs('stock', ['RUNNING']);
      const ports = stockpot.ports();
      const pids: Record<string, number> = { ...stockpot.pids(), supervisor: stockpot.pid };
      for (const role of victims) process.kill(pids[role] ?? 0, 'SIGKILL');
      await stockpot.exited;

      const killed = performance.now();
      stockpot.start();
      await stockpot.says('Dashboard  ');
      expect(stockpot.ports()).toEqual(ports);
      const again = await stockpot.stepIs('stock', ['RUNNING', 'SUCCEEDED']);
      console.log(
        `after ${victims.length} killed: the step runs again ${((performance.now() - killed) / 1000).toFixed(1)} s later`,
      );
      expect(again.id).toBe(before.id);
      for (const role of ['web', 'api', 'worker']) expect(lives(pids[role] ?? 0)).toBe(false);

      await stockpot.says('is cooked');
      const [run, ...others] = await stockpot.runs();
      expect(others).toEqual([]);
      expect(run?.status).toBe('SUCCEEDED');
      const done = before.steps.filter((step) => step.status === 'SUCCEEDED').map((step) => step.stepId);
      expect(done).toContain('datasets/mnist');
      for (const step of run?.steps ?? []) if (done.includes(step.stepId)) expect(step.attempts).toBe(1);
    });
  }
});

function safePids(stockpot: Stockpot): Record<string, number> {
  try {
    return stockpot.pids();
  } catch {
    return {};
  }
}
