import { labs, newId } from '@stockpot/db';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import * as domain from '../index.js';
import { exampleRecipe, type SeedLab, seedWorld, type World } from '../testing/index.js';
import { defineVerb } from './define-verb.js';
import { open } from './policy.js';

let world: World;
let lab: SeedLab;
beforeAll(async () => {
  world = await seedWorld();
  lab = await world.lab('kitchen');
});
afterAll(() => world.drop());

async function log(requestId: string) {
  const { rows } = await world.db.pool.query(
    `select lab_id, verb, actor_type, actor_id, object, details from audit_log where request_id = $1 order by created_at, id`,
    [requestId],
  );
  return rows;
}

test('a write leaves one row: who, what, on what, in which lab', async () => {
  const ada = await lab.person('member');
  const ctx = { ...ada.token('write'), requestId: 'req-1' };
  const run = await domain.runs.submit({ ctx, input: { lab: 'kitchen', recipeText: exampleRecipe() } });
  await domain.runs.get({ ctx, input: { run: run.id } });
  expect(await log('req-1')).toEqual([
    {
      lab_id: lab.id,
      verb: 'runs.submit',
      actor_type: 'token',
      actor_id: 'key-member-of-kitchen',
      object: run.id,
      details: { recipe: run.recipeId, plan: run.planHash, steps: run.counts.total },
    },
  ]);
});

test('a refused write leaves none', async () => {
  const viewer = await lab.person('viewer');
  const ctx = { ...viewer.ctx, requestId: 'req-2' };
  await expect(domain.runs.submit({ ctx, input: { lab: 'kitchen', recipeText: 'x' } })).rejects.toThrow();
  expect(await log('req-2')).toEqual([]);
});

test('a write whose audit row cannot be written does not happen', async () => {
  const faulty = defineVerb({
    name: 'labs.faulty',
    effect: 'write',
    policy: open,
    input: z.object({}),
    run: async (tx) => {
      await tx.insert(labs).values({ id: newId('lab'), slug: 'ghost', name: 'Ghost' });
    },
    audit: () => ({ object: 'a\u0000b' }),
  });
  await expect(faulty({ ctx: world.system, input: {} })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  const { rows } = await world.db.pool.query(`select 1 from labs where slug = 'ghost'`);
  expect(rows).toEqual([]);
});

test('a read cannot write, whatever its code says', async () => {
  const sly = defineVerb({
    name: 'labs.sly',
    effect: 'read',
    policy: open,
    input: z.object({}),
    run: async (tx) => {
      await tx.insert(labs).values({ id: newId('lab'), slug: 'sly', name: 'Sly' });
    },
  });
  await expect(sly({ ctx: world.system, input: {} })).rejects.toMatchObject({ cause: { code: '25006' } });
});

test('a verb that loses a race runs again; one that keeps losing gives up with the reason', async () => {
  let runs = 0;
  const unlucky = (times: number) =>
    defineVerb({
      name: 'labs.unlucky',
      effect: 'telemetry',
      policy: open,
      input: z.object({}),
      run: async (tx) => {
        runs++;
        if (runs <= times) await tx.execute(`do $$ begin raise exception 'race' using errcode = '40001'; end $$`);
        return runs;
      },
    });
  expect(await unlucky(2)({ ctx: world.system, input: {} })).toBe(3);
  runs = 0;
  await expect(unlucky(99)({ ctx: world.system, input: {} })).rejects.toMatchObject({ cause: { code: '40001' } });
  expect(runs).toBe(4);
});
