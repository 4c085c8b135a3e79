import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { isAlive } from '../artifacts/temporary.js';
import { CancelledError } from '../errors.js';
import { EngineProcess, type EngineProcessOptions } from './engine-process.js';
import { EngineCrashedError, EngineOutOfMemoryError } from './errors.js';
import { BAD_STEPS, cleanKitchen, folder, request } from './fixtures/kitchen.js';
import type { StepEvent } from './messages.js';

const engines: EngineProcess[] = [];
afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});
afterAll(cleanKitchen);

function engineProcess(options: Partial<EngineProcessOptions> = {}): EngineProcess {
  const engine = new EngineProcess({ threads: 1, steps: BAD_STEPS, ...options });
  engines.push(engine);
  return engine;
}

const never = new AbortController().signal;
const quietly = { onEvent: () => undefined, signal: never };

describe('a step in a process of its own', () => {
  test('returns its result and reports its metrics as columns', async () => {
    const events: StepEvent[] = [];
    const engine = engineProcess({ threads: 2 });
    const result = await engine.run(request(folder(), { behaviour: 'write', text: 'soup' }), {
      onEvent: (event) => events.push(event),
      signal: never,
    });
    expect(result.summary).toEqual({ text: 'soup', threads: 2 });
    expect(result.outputs.output).toMatchObject({ bytes: 4, mediaType: 'text/plain' });
    expect(events).toEqual([
      { type: 'metric', series: 'loss', steps: [0, 1, 2, 3, 4], values: [1, 1 / 2, 1 / 3, 1 / 4, 1 / 5] },
      { type: 'metric', series: 'accuracy', steps: [4], values: [Number.NaN] },
      { type: 'progress', done: 5, total: 5, unit: 'steps', rate: 100 },
    ]);
  });

  test('leaves the process warm for the next step', async () => {
    const engine = engineProcess();
    const root = folder();
    const first = await engine.run(request(root, { behaviour: 'pid' }), quietly);
    const second = await engine.run(request(root, { behaviour: 'pid' }), quietly);
    expect(second.summary.text).toBe(first.summary.text);
    expect(first.summary.text).not.toBe(String(process.pid));
  });

  test('sees nothing secret', async () => {
    process.env.DATABASE_URL = 'postgres://canary';
    process.env.STOCKPOT_SECRET = 'canary';
    const { summary } = await engineProcess().run(request(folder(), { behaviour: 'environment' }), quietly);
    expect(String(summary.text)).not.toContain('canary');
    delete process.env.DATABASE_URL;
    delete process.env.STOCKPOT_SECRET;
  });

  test('keeps the name, message and advice of its error', async () => {
    const refused = engineProcess().run(request(folder(), { behaviour: 'refuse' }), quietly);
    await expect(refused).rejects.toMatchObject({
      name: 'UpsideDownError',
      message: 'The images are upside down.',
      advice: 'Turn them over.',
      remoteStack: null,
    });
  });

  test('tells where an error came from that nobody expected', async () => {
    const failed = engineProcess().run(request(folder(), { behaviour: 'fail' }), quietly);
    await expect(failed).rejects.toMatchObject({ name: 'TypeError', message: 'undefined is not a function' });
    await expect(failed).rejects.toHaveProperty('remoteStack', expect.stringContaining('fixtures/steps.ts'));
  });
});

describe('a process that ends', () => {
  test.each([
    ['by itself', 'exit', { exitCode: 7, signal: null }, /with exit code 7 .*out of luck/],
    ['by a fault of native code', 'segfault', { exitCode: null, signal: 'SIGSEGV' }, /by the signal SIGSEGV/],
  ] as const)('%s is a typed error, and the next step gets a new one', async (_, behaviour, fields, message) => {
    const engine = engineProcess();
    const root = folder();
    const crashed = engine.run(request(root, { behaviour }), quietly);
    await expect(crashed).rejects.toThrow(EngineCrashedError);
    await expect(crashed).rejects.toMatchObject(fields);
    await expect(crashed).rejects.toThrow(message);
    const { summary } = await engine.run(request(root, { behaviour: 'write', text: 'again' }), quietly);
    expect(summary.text).toBe('again');
  });

  test('because it used too much memory says so', async () => {
    const engine = engineProcess({ memoryLimitBytes: 400 << 20 });
    const eating = engine.run(request(folder(), { behaviour: 'eat' }), quietly);
    await expect(eating).rejects.toThrow(EngineOutOfMemoryError);
    await expect(eating).rejects.toThrow(/MiB of memory while it ran a step of kind finetune, more than the 400 MiB/);
  });

  test('because V8 had no memory left says so, not that it crashed', async () => {
    const engine = engineProcess();
    const hoarding = engine.run(request(folder(), { behaviour: 'hoard' }), quietly);
    await expect(hoarding).rejects.toThrow(EngineOutOfMemoryError);
    await expect(hoarding).rejects.toThrow('The engine ran out of memory while it ran a step of kind finetune');
  });

  test.each([
    ['the native runtime gets no memory', 'allocate', 'DeviceOutOfMemoryError', /There is not enough memory\.$/],
    [
      'its device is lost',
      'lose',
      'DeviceLostError',
      /^The webgpu device could not run the graph: The device was lost/,
    ],
  ] as const)(
    'when %s: an error by name with advice, and the next step gets a new process',
    async (_, behaviour, name, message) => {
      const engine = engineProcess();
      const failed = engine.run(request(folder(), { behaviour }), quietly);
      await expect(failed).rejects.toMatchObject({ name, advice: expect.stringMatching(/smaller batch/) });
      await expect(failed).rejects.toThrow(message);
      expect(engine.pid).toBeUndefined();
      const { summary } = await engine.run(request(folder(), { behaviour: 'write', text: 'again' }), quietly);
      expect(summary.text).toBe('again');
    },
  );

  test('because its host was killed does not train on for nobody', async () => {
    const root = folder();
    const pidFile = join(root, 'pid');
    const host = spawn(
      process.execPath,
      [
        '--conditions=stockpot-source',
        '--import',
        'tsx',
        fileURLToPath(new URL('./fixtures/host.mts', import.meta.url)),
        root,
        pidFile,
      ],
      { stdio: 'inherit' },
    );
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await setTimeout(20);
    const child = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(child)).toBe(true);
    host.kill('SIGKILL');
    await once(host, 'exit');
    for (let waited = 0; isAlive(child) && waited < 5000; waited += 20) await setTimeout(20);
    expect(isAlive(child)).toBe(false);
  });
});

describe('cancelling', () => {
  test('ends a step that listens, and keeps its process', async () => {
    const engine = engineProcess();
    const controller = new AbortController();
    const running = engine.run(request(folder(), { behaviour: 'wait' }), {
      onEvent: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(running).rejects.toThrow(CancelledError);
    expect(engine.pid).toBeDefined();
  });

  test('ends one that does not, after a time of grace', async () => {
    const engine = engineProcess({ graceMs: 200 });
    const controller = new AbortController();
    const running = engine.run(request(folder(), { behaviour: 'deaf' }), {
      onEvent: () => controller.abort(),
      signal: controller.signal,
    });
    await expect(running).rejects.toThrow(CancelledError);
    expect(engine.pid).toBeUndefined();
  });

  test('before it began starts nothing', async () => {
    const engine = engineProcess();
    const aborted = { onEvent: () => undefined, signal: AbortSignal.abort() };
    await expect(engine.run(request(folder(), { behaviour: 'write' }), aborted)).rejects.toThrow(CancelledError);
    expect(engine.pid).toBeUndefined();
  });

  test('closing the process rejects the step that runs in it', async () => {
    const engine = engineProcess();
    const running = engine.run(request(folder(), { behaviour: 'wait' }), quietly);
    const rejected = expect(running).rejects.toThrow(EngineCrashedError);
    await setTimeout(100);
    await engine.close();
    await rejected;
  });
});
