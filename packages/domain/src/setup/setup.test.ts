import { afterAll, beforeAll, expect, test } from 'vitest';
import * as domain from '../index.js';
import { seedWorld, type World } from '../testing/index.js';

let world: World;
beforeAll(async () => {
  world = await seedWorld();
});
afterAll(() => world.drop());

test('the first administrator: one token, once, and never again', async () => {
  const { system, anonymous } = world;
  const status = () => domain.setup.status({ ctx: anonymous, input: {} });
  const usable = async (token: string) => (await domain.setup.checkToken({ ctx: anonymous, input: { token } })).usable;
  const claim = (token: string, userId: string) => domain.setup.claim({ ctx: anonymous, input: { token, userId } });
  const demo = await world.lab('demo', 'public');
  const [ada, eve] = [await world.user('ada'), await world.user('eve')];

  expect(await status()).toEqual({ needed: true });
  const first = await domain.setup.issueToken({ ctx: system, input: {} });
  const second = await domain.setup.issueToken({ ctx: system, input: {} });
  expect(await usable(first.token), 'a newer link retires the older').toBe(false);
  expect(await usable(second.token)).toBe(true);
  expect(await usable(`${second.token}x`)).toBe(false);

  await expect(claim(first.token, eve.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(claim(second.token, 'user_nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await usable(second.token), 'a claim that failed has not used the link up').toBe(true);

  const race = await Promise.allSettled([claim(second.token, ada.id), claim(second.token, ada.id)]);
  expect(race.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await status()).toEqual({ needed: false });
  expect(await usable(second.token)).toBe(false);
  await expect(claim(second.token, eve.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(domain.setup.issueToken({ ctx: system, input: {} })).rejects.toMatchObject({ code: 'CONFLICT' });

  const mine = await domain.labs.memberships({ ctx: ada.ctx, input: {} });
  expect(mine).toEqual([{ lab: expect.objectContaining({ id: demo.id }), role: 'owner' }]);
  const lab = await domain.labs.create({ ctx: ada.ctx, input: { slug: 'ada', name: "Ada's" } });
  expect(lab.visibility).toBe('private');
});

test('a token that has expired opens nothing', async () => {
  const young = await seedWorld();
  const { token } = await domain.setup.issueToken({ ctx: young.system, input: { ttlMinutes: 1 } });
  await young.db.pool.query(`update setup_tokens set expires_at = now() - interval '1 second'`);
  const user = await young.user('late');
  const input = { token, userId: user.id };
  await expect(domain.setup.claim({ ctx: young.anonymous, input })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await young.drop();
});

test('no token is anywhere in the database in clear', async () => {
  const young = await seedWorld();
  const { token } = await domain.setup.issueToken({ ctx: young.system, input: {} });
  const user = await young.user('ada');
  await domain.setup.claim({ ctx: young.anonymous, input: { token, userId: user.id } });
  const { rows: tables } = await young.db.pool.query(
    `select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  for (const { relname } of tables) {
    const { rows } = await young.db.pool.query(`select 1 from "${relname}" t where t::text like '%' || $1 || '%'`, [
      token,
    ]);
    expect(rows, relname).toEqual([]);
  }
  await young.drop();
});
