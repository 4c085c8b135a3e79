import { type Context, metrics, runs } from '@stockpot/domain';
import { Arg, Ctx, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { authorised } from '../../events/authorised.js';
import type { Change } from '../../events/change-stream.js';
import type { Following } from '../../events/following.js';
import { ApiContext } from '../../graphql/context.js';
import { batchOf, type MetricBatch, packBatch } from './batch.js';
import { presentSeries } from './present.js';
import { MetricSeries } from './types.js';

@Resolver()
export class MetricResolver {
  @Query(() => [MetricSeries], {
    description: 'Metric series of a step, in the order asked for; a series without points has empty columns.',
  })
  async metricSeries(
    @Arg('step', () => ID, { description: 'Id of the step, step_…' }) step: string,
    @Arg('series', () => [String], { description: 'Names of the series, 1 to 20.' }) series: string[],
    @Arg('maxPoints', () => Int, {
      defaultValue: 1000,
      description:
        "Most points a series, 2 to 10,000; a longer one is reduced to each bucket's smallest and largest value.",
    })
    maxPoints: number,
    @Ctx() { domain }: ApiContext,
  ): Promise<readonly MetricSeries[]> {
    return (await metrics.series({ ctx: domain, input: { step, series, maxPoints } })).map(presentSeries);
  }

  @Subscription(() => [MetricSeries], {
    description:
      "New points of the run's series, a batch at a time. After an interruption whole series follow, down-sampled when long: merge by step, a point that comes twice is the same.",
    subscribe: followMetrics,
  })
  async metricsAppended(
    @Root() event: Change<string>,
    @Arg('run', () => ID, { description: 'Id of the run, run_…' }) run: string,
    @Ctx() context: ApiContext,
  ): Promise<readonly MetricSeries[]> {
    return authorised(event, context, async ({ domain }) => {
      const found =
        event.items.length > 0 ? await readBatches(domain, event.items.map(batchOf)) : await readAll(domain, run);
      return found.map(presentSeries);
    });
  }
}

async function readBatches(ctx: Context, batches: readonly MetricBatch[]) {
  return Promise.all(batches.map((input) => metrics.batch({ ctx, input })));
}

/** Notifications were lost or too many to tell apart: every series of the run, as a chart would load it. */
async function readAll(ctx: Context, run: string) {
  const steps = await runs.steps({ ctx, input: { run } });
  const read = steps
    .filter(({ series }) => series.length > 0)
    .map(({ id, series }) => metrics.series({ ctx, input: { step: id, series: series.slice(0, 20) } }));
  return (await Promise.all(read)).flat();
}

async function followMetrics({ args, context }: Following): Promise<AsyncIterable<Change<string>>> {
  const { id } = await runs.get({ ctx: context.domain, input: { run: String(args.run) } });
  return context.services.events.follow('stockpot_metrics', (payload) =>
    payload.runId === id ? packBatch(payload) : null,
  );
}
