import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { CancelledError } from '../errors.js';
import type { Plan } from '../recipe/plan.js';
import { CookFailedError, type CookOptions, cook } from './cook.js';
import type { CookEvent } from './cook-events.js';
import { BAD_STEPS, cleanKitchen, folder, planned, planOf } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';
import { HomeInUseError } from './home-lock.js';

const homes: LocalHome[] = [];
afterEach(async () => {
  await Promise.all(homes.splice(0).map((home) => home.close()));
});
afterAll(cleanKitchen);

async function openHome(root = folder()): Promise<LocalHome> {
  const home = await LocalHome.open(root);
  homes.push(home);
  return home;
}

/** Cooks and returns the results with the states that every step went through. */
async function watch(plan: Plan, home: LocalHome, options: Partial<CookOptions> = {}) {
  const states = new Map<string, string[]>();
  const onEvent = (event: CookEvent) => {
    if (event.type === 'step') states.set(event.id, [...(states.get(event.id) ?? []), event.state]);
    options.onEvent?.(event);
  };
  const results = cook(plan, {
    place: home,
    sources: { base: home.root, confined: false },
    concurrency: 2,
    steps: BAD_STEPS,
    ...options,
    onEvent,
  });
  return { states, results: await results.catch((error: unknown) => error) };
}

const stock = planned('stock', { behaviour: 'write', text: 'stock' });
const a = planned('a', { behaviour: 'write', text: 'a' }, ['stock']);
const b = planned('b', { behaviour: 'write', text: 'b' }, ['stock']);
const soup = planned('soup', { behaviour: 'write', text: 'soup' }, ['a', 'b'], 'soup');

describe('cooking a plan', () => {
  test('runs every step after its inputs, and the second time none', async () => {
    const home = await openHome();
    const first = await watch(planOf(stock, a, b, soup), home);
    expect(first.results).toBeInstanceOf(Map);
    expect(first.states.get('soup')).toEqual(['waiting', 'running', 'done']);
    expect((first.results as Map<string, unknown>).get('soup')).toMatchObject({
      reused: false,
      result: { kind: 'soup', summary: { text: 'soup+a+stock+b+stock' } },
    });

    const second = await watch(planOf(stock, a, b, soup), home);
    for (const states of second.states.values()) expect(states).toEqual(['waiting', 'reused']);
    const keys = (cooked: unknown) => [...(cooked as Map<string, { key: string }>).values()].map(({ key }) => key);
    expect(keys(second.results).sort()).toEqual(keys(first.results).sort());
    expect(readdirSync(join(home.root, 'scratch'))).toEqual([]);
  });

  test('with one more ingredient runs only what is new', async () => {
    const home = await openHome();
    await watch(planOf(stock, a, b, soup), home);
    const c = planned('c', { behaviour: 'write', text: 'c' }, ['stock']);
    const larger = planned('soup', { behaviour: 'write', text: 'soup' }, ['a', 'b', 'c'], 'soup');
    const { states } = await watch(planOf(stock, a, b, c, larger), home);
    const ran = [...states].filter(([, seen]) => seen.includes('running')).map(([id]) => id);
    expect(ran.sort()).toEqual(['c', 'soup']);
  });

  test('on another device makes anew what networks made, and reuses the rest', async () => {
    const home = await openHome();
    const plan = planOf(
      planned('benchmark', { behaviour: 'device' }, [], 'benchmark'),
      planned('tuned', { behaviour: 'device' }, ['benchmark'], 'finetune'),
    );
    await watch(plan, home);
    const made: unknown[] = [];
    const { states } = await watch(plan, home, {
      device: 'webgpu',
      onEvent: (event) => {
        if (event.type === 'step' && event.state === 'done') made.push(event.result.summary.text);
      },
    });
    expect(states.get('benchmark')).toEqual(['waiting', 'reused']);
    expect(states.get('tuned')).toEqual(['waiting', 'running', 'done']);
    expect(made).toEqual(['webgpu']);
  });

  test('runs a step once that two names ask for at the same time', async () => {
    const twin = planned('twin', { behaviour: 'write', text: 'a' }, ['stock']);
    const { states } = await watch(planOf(stock, a, twin), await openHome());
    expect([states.get('a'), states.get('twin')]).toEqual([
      ['waiting', 'running', 'done'],
      ['waiting', 'reused'],
    ]);
  });

  test('a step whose result is damaged runs once more', async () => {
    const home = await openHome();
    const { results } = await watch(planOf(stock, a), home);
    const blob = (results as Map<string, { result: { outputs: { output: { hash: string } } } }>).get('stock');
    const file = home.store.path(blob?.result.outputs.output.hash ?? '');
    await chmod(file, 0o644);
    await writeFile(file, 'damaged');
    const { states } = await watch(planOf(stock, a), home);
    expect(states.get('stock')).toEqual(['waiting', 'running', 'done']);
    expect(states.get('a')).toEqual(['waiting', 'reused']);
  });
});

describe('when a step fails', () => {
  test('what does not need it is still cooked, and the error says which step and what to do', async () => {
    const home = await openHome();
    const bad = planned('bad', { behaviour: 'refuse' }, ['stock']);
    const needsBad = planned('soup', { behaviour: 'write' }, ['a', 'bad']);
    const { states, results } = await watch(planOf(stock, bad, a, b, needsBad), home);
    expect(results).toBeInstanceOf(CookFailedError);
    expect(results).toMatchObject({
      message: 'The step bad failed: The images are upside down.',
      advice: 'Turn them over.',
    });
    expect(states.get('bad')).toEqual(['waiting', 'running', 'failed']);
    expect(states.get('b')).toEqual(['waiting', 'running', 'done']);
    expect(states.get('soup')).toEqual(['waiting']);
  });

  test('the next cook goes on from its scratch folder', async () => {
    const home = await openHome();
    const resuming = planned('a', { behaviour: 'resume' });
    expect((await watch(planOf(resuming), home)).results).toBeInstanceOf(CookFailedError);
    const { results } = await watch(planOf(resuming), home);
    expect((results as Map<string, unknown>).get('a')).toMatchObject({ result: { summary: { text: 'attempt 2' } } });
    expect(readdirSync(join(home.root, 'scratch'))).toEqual([]);
  });

  test('missing data is a failure of the dataset step, told before anything runs', async () => {
    const source = { path: './nowhere' };
    const split = { name: 'train', role: 'train', from: 'train', count: null };
    const dataset = planned('datasets/d', { source, format: 'idx', seed: 1, splits: [split] }, [], 'dataset');
    const { states, results } = await watch(planOf(dataset), await openHome());
    expect(states.get('datasets/d')).toEqual(['waiting', 'failed']);
    expect(results).toHaveProperty(
      'message',
      expect.stringContaining("There is no folder './nowhere' beside the recipe"),
    );
  });
});

test('cancelling ends the running steps and starts no others', async () => {
  const home = await openHome();
  const controller = new AbortController();
  const waiting = planned('a', { behaviour: 'wait' }, ['stock']);
  const after = planned('soup', { behaviour: 'write' }, ['a']);
  const { states, results } = await watch(planOf(stock, waiting, after), home, {
    signal: controller.signal,
    onEvent: (event) => {
      if (event.type === 'progress' && event.id === 'a') controller.abort();
    },
  });
  expect(results).toBeInstanceOf(CancelledError);
  expect(states.get('a')).toEqual(['waiting', 'running', 'cancelled']);
  expect(states.get('soup')).toEqual(['waiting']);
});

describe('a home', () => {
  test('is cooked in by one process at a time', async () => {
    const home = await openHome();
    await expect(LocalHome.open(home.root)).rejects.toThrow(HomeInUseError);
    await home.close();
    await openHome(home.root);
  });

  test('is taken over from a process that was killed', async () => {
    const root = folder();
    writeFileSync(join(root, 'cook.lock'), `${spawnSync('true').pid}@${hostname()}`);
    await openHome(root);
  });
});
