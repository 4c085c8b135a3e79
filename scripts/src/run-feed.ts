import { listen } from '@stockpot/db';
import { type Context, metrics, type Run, runs, type Step } from '@stockpot/domain';

export interface RunState {
  readonly run: Run;
  readonly steps: readonly Step[];
  /** The newest point of the curves that people watch, of steps that run now. */
  readonly curves: readonly CurveEnd[];
}

export interface CurveEnd {
  /** Name of the step in the plan. */
  readonly stepId: string;
  readonly series: string;
  readonly value: number;
}

const WATCHED = ['loss', 'images_per_second'];
/** Enough for the last point to be one of the newest few: curves are read down-sampled. */
const POINTS = 200;

/** Progress inside of steps makes no news of its own; it is looked at this often. */
const LOOK_MS = 500;

const OVER = new Set(['succeeded', 'failed', 'cancelled']);

/**
 * The states of a run as the database has them: at once, whenever one of its steps changes (NOTIFY), twice a second for
 * progress, and last the one in which the run is over. Ends early when the signal fires. A database that is away for a
 * while (it is being started again) only makes a pause.
 */
export async function* runStates(ctx: Context, runId: string, signal: AbortSignal): AsyncGenerator<RunState> {
  let wake = () => {};
  const listener = await listen(ctx.db, 'stockpot_runs', (payload) => {
    if (payload.runId === runId) wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const news = new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, LOOK_MS);
      });
      const state = await look(ctx, runId);
      if (state !== undefined) yield state;
      if (signal.aborted || (state !== undefined && OVER.has(state.run.status))) {
        clearTimeout(timer);
        return;
      }
      await news;
      clearTimeout(timer);
      if (signal.aborted) return;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await listener.close();
  }
}

async function look(ctx: Context, runId: string): Promise<RunState | undefined> {
  try {
    // The run first: a run that is over has steps that are over.
    const run = await runs.get({ ctx, input: { run: runId } });
    const steps = await runs.steps({ ctx, input: { run: runId } });
    return { run, steps, curves: await curveEnds(ctx, steps) };
  } catch {
    return undefined;
  }
}

async function curveEnds(ctx: Context, steps: readonly Step[]): Promise<CurveEnd[]> {
  const found: CurveEnd[] = [];
  for (const step of steps) {
    const series = WATCHED.filter((name) => step.series.includes(name));
    if (step.status !== 'running' || series.length === 0) continue;
    for (const curve of await metrics.series({ ctx, input: { step: step.id, series, maxPoints: POINTS } })) {
      const value = curve.values.at(-1);
      if (value !== undefined) found.push({ stepId: step.stepId, series: curve.series, value });
    }
  }
  return found;
}
