import { listen } from '@stockpot/db';
import { type Context, type Run, runs, type Step } from '@stockpot/domain';

export interface RunState {
  readonly run: Run;
  readonly steps: readonly Step[];
}

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
    return { run, steps: await runs.steps({ ctx, input: { run: runId } }) };
  } catch {
    return undefined;
  }
}
