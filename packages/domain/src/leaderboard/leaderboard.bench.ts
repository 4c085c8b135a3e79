/**
 * @file How fast a leaderboard page with its ranks is with many models: `npm run bench:leaderboard -- [models]`; the p95 of each kind
 * of page in milliseconds. What whole requests cost the process that serves them is in apps/api (`requests.bench.ts`).
 */

import { Bars } from '@stockpot/engine/bench';
import type * as domain from '../index.js';
import { type BulkModel, bulkBenchmarks, bulkModels, hashed, rankedBoard, seedWorld } from '../testing/index.js';

const models = Number(process.argv[2] ?? 20_000);
const n = 10_000;
const BAR_MILLISECONDS = 50;
const bars = new Bars('leaderboard');

const world = await seedWorld();
const lab = await world.lab('large');
const wanted = { test: 'test', shift: 'shift', selection: 'selection' } as const;
const benchmarks = await bulkBenchmarks(world.db, lab.id, wanted, n);
const meta = new Map(Object.entries(wanted).map(([name, role]) => [benchmarks.get(name) ?? '', { role, n }]));
const seeded = performance.now();
await bulkModels(
  world.db,
  lab.id,
  meta,
  Array.from(
    { length: models },
    (_, i): BulkModel => ({
      kind: i === 0 ? 'stock' : i % 4 === 0 ? 'ingredient' : 'soup',
      name: `soup ${i} of pot ${i % 1000}`,
      top1: new Map([...meta.keys()].map((id) => [id, 0.7 + 0.25 * hashed(`${id} ${i}`)])),
    }),
  ),
);
await world.db.pool.query('vacuum analyze');
console.log(`${models} models, ${models * 3} evaluations, seeded in ${Math.round(performance.now() - seeded)} ms`);

type Input = Omit<Parameters<typeof domain.leaderboard.list>[0]['input'], 'lab'>;
const ctx = world.system;
const list = (input: Input) => rankedBoard({ ctx, input: { lab: 'large', ...input } });

/** A cursor so far down, found by walking the ids of the order. */
async function cursorAt(share: number): Promise<string> {
  const { rows } = await world.db.pool.query(
    `select model_id, top1 from evaluations where lab_id = $1 and benchmark_id = $2
     order by top1 desc, model_id limit 1 offset $3`,
    [lab.id, benchmarks.get('test'), Math.floor(share * (models - 1))],
  );
  return Buffer.from(JSON.stringify([`${benchmarks.get('test')} top1`, rows[0].top1, rows[0].model_id])).toString(
    'base64url',
  );
}

const byTest = { benchmark: benchmarks.get('test') };
const pages: Readonly<Record<string, Input>> = {
  'first page': {},
  'middle page': { after: await cursorAt(0.5) },
  'last but one page': { after: await cursorAt(1 - 60 / models) },
  'last page': { after: await cursorAt(1) },
  'by shift, worst first': { orderBy: { benchmark: benchmarks.get('shift'), direction: 'asc' } },
  'ingredients, middle': { kinds: ['ingredient'], after: await cursorAt(0.5) },
  'the one stock': { kinds: ['stock'], orderBy: byTest },
  'rare search': { search: '77 of pot 777' },
  'broad search': { search: 'pot 9' },
  'search, nothing': { search: 'zzz' },
  'by name': { orderBy: { field: 'name', direction: 'asc' } },
  'by time': { orderBy: { field: 'createdAt' } },
};
/** The p95 of 40 pages, after three that nobody counts. */
async function p95(name: string, page: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 43; i++) {
    const started = performance.now();
    await page();
    if (i >= 3) times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  bars.bar(`leaderboard ${name}, p95`, times[Math.floor(times.length * 0.95)] ?? 0, 'ms', '<', BAR_MILLISECONDS);
}

for (const [name, input] of Object.entries(pages)) await p95(name, () => list(input));

/** As many models as are still compared pair by pair: models of one benchmark with examples that are hard for all. */
const compared = await world.lab('compared');
const [comparedOn] = await bulkBenchmarks(world.db, compared.id, { test: 'test' }, n);
const [onId = ''] = comparedOn?.slice(1) ?? [];
const answers = Array.from({ length: 200 }, (_, model) => {
  const bits = new Uint8Array(n / 8);
  let right = 0;
  for (let i = 0; i < n; i++) {
    if (((i * 7919) % n) / n + 0.1 * hashed(`${model} ${i % 997}`) > 0.9 + 0.0001 * model) continue;
    bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    right++;
  }
  return { bits, top1: right / n };
});
await bulkModels(
  world.db,
  compared.id,
  new Map([[onId, { role: 'test', n }]]),
  answers.map(({ bits, top1 }, i) => ({
    kind: 'soup',
    name: `soup ${i}`,
    top1: new Map([[onId, top1]]),
    correct: new Map([[onId, bits]]),
  })),
);
const look = () => rankedBoard({ ctx, input: { lab: 'compared' } });
const first = performance.now();
await look();
console.log(`200 models compared pair by pair: ${Math.round(performance.now() - first)} ms when somebody looks first`);
await p95('of 200 compared models', look);

await world.drop();
bars.end();
