import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { seedWorld, type World } from '../testing/index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('a lab keeps an owner: the last one cannot step down, and of two who step down at once one stays', async () => {
  const lab = await world.lab('pair');
  const [ada, eve] = [await lab.person('owner'), await lab.person('owner')];
  const demote = (userId: string) =>
    domain.labs.setMember({ ctx: world.system, input: { lab: 'pair', userId, role: 'viewer' } });
  const race = await Promise.allSettled([demote(ada.id), demote(eve.id)]);
  expect(race.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  const { rows } = await world.db.pool.query(`select 1 from memberships where lab_id = $1 and role = 'owner'`, [
    lab.id,
  ]);
  expect(rows).toHaveLength(1);
});

test('a membership is given, changed and taken away; giving what is there changes nothing', async () => {
  await world.lab('open-door');
  const guest = await world.user('guest');
  const set = (role: 'viewer' | 'member' | null) =>
    domain.labs.setMember({ ctx: world.system, input: { lab: 'open-door', userId: guest.id, role } });
  const mine = async () => (await domain.labs.memberships({ ctx: guest.ctx, input: {} })).map((one) => one.role);
  expect(await set('viewer')).toEqual({ changed: true });
  expect(await set('viewer')).toEqual({ changed: false });
  await set('member');
  expect(await mine()).toEqual(['member']);
  await set(null);
  expect(await mine()).toEqual([]);
  const nobody = { lab: 'open-door', userId: 'user_nobody', role: 'viewer' as const };
  await expect(domain.labs.setMember({ ctx: world.system, input: nobody })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('a slug is taken once', async () => {
  await world.lab('unique');
  await expect(world.lab('unique')).rejects.toMatchObject({ code: 'CONFLICT' });
});
