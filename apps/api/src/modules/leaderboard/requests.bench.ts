/**
 * @file What requests for leaderboards and comparisons cost the process that serves them: processor time, and the longest stretch in
 * which it served nobody else. Part of `npm run bench:leaderboard`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { analyses, labs } from '@stockpot/domain';
import { type BulkModel, bulkBenchmarks, bulkModels, hashed } from '@stockpot/domain/testing';
import { Bars } from '@stockpot/engine/bench';
import { ask } from '../../testing/client.js';
import { testServer } from '../../testing/server.js';

const MODELS = 200;
const N = 10_000;
const BOARDS = 10;
/** ImageNet-C: 19 corruptions at 5 severities. */
const GRID = { images: 50_000, versions: 95, models: 100 };
/** Milliseconds that nobody may wait for others' work. */
const LONGEST = 50;
const bars = new Bars('leaderboard-requests');

const server = await testServer();
const ctx = server.system;
const { db } = server.services;

interface Cost {
  readonly wall: number;
  readonly cpu: number;
  /** Processor time of the thread between two of its turns, so that other work on the machine does not count. */
  readonly stretch: number;
  /** The same by the clock. */
  readonly delay: number;
  readonly memory: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  await sleep(50);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 20);
  let [stretch, last, measuring] = [0, threadTime(), true];
  const turn = () => {
    const now = threadTime();
    stretch = Math.max(stretch, now - last);
    last = now;
    if (measuring) setTimeout(turn, 1);
  };
  turn();
  delay.enable();
  const [started, used] = [performance.now(), process.cpuUsage()];
  await work();
  const [wall, { user, system }] = [performance.now() - started, process.cpuUsage(used)];
  await sleep(5);
  delay.disable();
  measuring = false;
  clearInterval(watch);
  const memory = Math.max(0, most - before) / 1024 / 1024;
  return { wall, cpu: (user + system) / 1000, stretch, delay: delay.max / 1e6, memory };
}

/** Milliseconds that this thread has worked. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function measure(name: string, most: number, work: () => Promise<unknown>): Promise<void> {
  const { wall, cpu, stretch, delay, memory } = await costOf(work);
  console.log(
    `${name}: ${wall.toFixed(0)} ms, longest delay of the event loop ${delay.toFixed(0)} ms, memory + ${memory.toFixed(0)} MiB`,
  );
  bars.bar(`${name}, processor time`, cpu, 'ms', '<', most);
  bars.bar(`${name}, longest stretch`, stretch, 'ms', '<', LONGEST);
}

/** Answers of models to examples that are hard for all. */
function answers(model: number, n: number): Uint8Array {
  const bits = new Uint8Array(Math.ceil(n / 8));
  for (let i = 0; i < n; i++) {
    if (((i * 7919) % n) / n + 0.1 * hashed(`${model} ${i % 997}`) > 0.9 + 0.0001 * model) continue;
    bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
  }
  return bits;
}

async function seedBoards(slug: string): Promise<string[]> {
  const lab = await labs.create({ ctx, input: { slug, name: slug, visibility: 'public' } });
  const roles = Object.fromEntries(Array.from({ length: BOARDS }, (_, i) => [`test ${i}`, 'test' as const]));
  const ids = [...(await bulkBenchmarks(db, lab.id, roles, N)).values()];
  const models = Array.from({ length: MODELS }, (_, model): BulkModel => {
    const bits = answers(model, N);
    const right = bits.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    const all = <V>(value: V) => new Map(ids.map((id) => [id, value]));
    return { kind: 'soup', name: `soup ${model}`, top1: all(right / N), correct: all(bits) };
  });
  await bulkModels(db, lab.id, new Map(ids.map((id) => [id, { role: 'test', n: N }])), models);
  return ids;
}

const boards = (lab: string, ids: readonly string[], fields: string) =>
  `{ ${ids.map((id, i) => `b${i}: leaderboard(lab: "${lab}", first: 50, orderBy: { benchmark: "${id}" }) { ${fields} }`).join(' ')} }`;
async function request(query: string): Promise<void> {
  const { errors } = await ask(server.url, query);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

const BARE = 'edges { node { model { name } } }';
const RANKED = 'ranking { method } edges { node { rank } }';
await request(boards('warm-up', await seedBoards('warm-up'), RANKED));
const ids = await seedBoards('ten');
await db.pool.query('vacuum analyze');
await measure('ten bare boards, cold', 400, () => request(boards('ten', ids, BARE)));
await measure('ten bare boards, warm', 400, () => request(boards('ten', ids, BARE)));
await measure('one board with ranks, cold', 400, () => request(boards('ten', ids.slice(0, 1), RANKED)));
await measure('ten boards with ranks, nine cold', 2000, () => request(boards('ten', ids, RANKED)));
await measure('ten boards with ranks, warm', 600, () => request(boards('ten', ids, RANKED)));

const large = await labs.create({ ctx, input: { slug: 'large', name: 'Large', visibility: 'public' } });
const examples = GRID.images * GRID.versions;
const [[, grid = ''] = []] = await bulkBenchmarks(db, large.id, { grid: 'shift' }, examples);
const pool: string[] = [];
const block = answers(0, GRID.images * 8);
for (let model = 0; model < GRID.models; model++) {
  const bits = new Uint8Array(Math.ceil(examples / 8));
  for (let at = 0; at < bits.length; at++) bits[at] = block[(at + 611 * model) % block.length] ?? 0;
  const made = {
    kind: 'soup' as const,
    name: `soup ${model}`,
    top1: new Map([[grid, 0.9]]),
    correct: new Map([[grid, bits]]),
  };
  pool.push(...(await bulkModels(db, large.id, new Map([[grid, { role: 'shift', n: examples }]]), [made])));
}
await db.pool.query(
  `update evaluations set n = $2, cell_corruption = array_fill('fog'::text, array[$3::int]), cell_severity = array_fill(1, array[$3::int]),
     cell_n = array_fill($2::int, array[$3::int]), cell_top1 = array_fill(0.9::float8, array[$3::int]) where benchmark_id = $1`,
  [grid, GRID.images, GRID.versions],
);
const diversity = () =>
  analyses.diversity({ ctx, input: { lab: 'large', pools: [{ models: pool, benchmark: grid }] } });
const what = `diversity of ${GRID.models} models on ${GRID.versions} versions of ${GRID.images.toLocaleString('en')} images`;
await measure(`${what}, cold`, 10_000, diversity);
await measure(`${what}, warm`, 100, diversity);

await server.stop();
bars.end();
