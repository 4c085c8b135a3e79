/**
 * @file How fast points are acknowledged and a long curve is opened: `npm run bench:metrics`. The test server does not wait
 * for the disk (fsync off): a real one adds a flush to each batch.
 */

import { Bars } from '@stockpot/engine/bench';
import * as domain from '../index.js';
import { exampleRecipe, seedWorld } from '../testing/index.js';

const world = await seedWorld();
const lab = await world.lab('curves');
const worker = await world.worker('host-0');
const { id: runId } = await lab.submit(exampleRecipe());
const plan = await domain.runs.start({ ctx: worker.ctx, input: { runId } });
const stepId = plan?.steps[0]?.id ?? '';
const { id: step } = await domain.steps.begin({ ctx: worker.ctx, input: { runId, stepId, key: 'a'.repeat(64) } });

const bars = new Bars('metrics');

const BATCH = 100;
const WRITERS = 4;
const PER_WRITER = 250;
const times: number[] = [];
const started = performance.now();
await Promise.all(
  Array.from({ length: WRITERS }, async (_, writer) => {
    for (let i = 0; i < PER_WRITER; i++) {
      const steps = Array.from({ length: BATCH }, (_, k) => i * BATCH + k);
      const values = steps.map((k) => Math.sin(k / 100));
      const at = performance.now();
      const input = { runId, stepId, series: `loss ${writer}`, attempt: 1, steps, values };
      await domain.metrics.append({ ctx: worker.ctx, input });
      times.push(performance.now() - at);
    }
  }),
);
const seconds = (performance.now() - started) / 1000;
times.sort((a, b) => a - b);
bars.bar('metric ingest, batches of 100', (WRITERS * PER_WRITER * BATCH) / seconds, 'points/s', '>', 20_000);
bars.bar('metric acknowledged, p95', times[Math.floor(times.length * 0.95)] ?? 0, 'ms', '<', 50);

for (let i = 0; i < 100; i++) {
  const steps = Array.from({ length: 1000 }, (_, k) => i * 1000 + k);
  const input = { runId, stepId, series: 'long', attempt: 1, steps, values: steps.map((k) => Math.cos(k / 999)) };
  await domain.metrics.append({ ctx: worker.ctx, input });
}
const reads: number[] = [];
for (let i = 0; i < 20; i++) {
  const at = performance.now();
  await domain.metrics.series({ ctx: world.system, input: { step, series: ['long'], maxPoints: 1000 } });
  reads.push(performance.now() - at);
}
reads.sort((a, b) => a - b);
bars.bar('opening a curve of 100,000 points, p95', reads[18] ?? 0, 'ms', '<', 300);
await world.drop();
bars.end();
