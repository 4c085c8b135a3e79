import { afterAll, expect, test } from 'vitest';
import { runsAlone } from '../recipe/alone.js';
import { STEP_KINDS } from '../recipe/plan.js';
import { cook } from './cook.js';
import type { CookEvent } from './cook-events.js';
import { BAD_STEPS, cleanKitchen, folder, planned, planOf } from './fixtures/kitchen.js';
import { LocalHome } from './home.js';

afterAll(cleanKitchen);

test('a step that takes times waits until nothing else can be done, and nothing begins before it has ended', async () => {
  const write = (id: string, needs: string[] = [], kind: 'cost' | 'finetune' = 'finetune') =>
    planned(id, { behaviour: 'write', text: id }, needs, kind);
  const plan = planOf(
    write('first cost', [], 'cost'),
    write('a'),
    write('b'),
    write('c', ['a']),
    write('second cost', ['b'], 'cost'),
    write('after', ['first cost']),
  );
  const running = new Set<string>();
  const order: string[] = [];
  const together: string[][] = [];
  const onEvent = (event: CookEvent) => {
    if (event.type !== 'step') return;
    if (event.state === 'running') {
      running.add(event.id);
      order.push(event.id);
      together.push([...running]);
    }
    if (event.state === 'done') running.delete(event.id);
  };
  const home = await LocalHome.open(folder());
  try {
    const sources = { base: home.root, confined: false };
    const results = await cook(plan, { place: home, sources, concurrency: 3, steps: BAD_STEPS, onEvent });
    expect(results.size).toBe(6);
  } finally {
    await home.close();
  }
  // Whenever one of them runs, it is the only one.
  for (const now of together.filter((ids) => ids.some((id) => id.endsWith('cost')))) expect(now).toHaveLength(1);
  expect(order.indexOf('first cost')).toBeGreaterThan(order.indexOf('c'));
  expect(order.indexOf('after')).toBeGreaterThan(order.indexOf('first cost'));
});

test('only steps that take times run alone', () => {
  expect(STEP_KINDS.filter(runsAlone)).toEqual(['cost']);
});
