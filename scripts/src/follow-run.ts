import type { Context, Run, RunStatus, Step, StepStatus } from '@stockpot/domain';
import { createProgress, type Progress, type ProgressEvent, type StepState } from 'stockpot/progress';
import { runStates } from './run-feed.js';
import { duration, type Terminal } from './terminal.js';

const STATES: Readonly<Record<StepStatus, StepState>> = {
  waiting: 'waiting',
  running: 'running',
  succeeded: 'done',
  reused: 'reused',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** Shows a run while it runs, until it is over or the signal fires; then says how it ended. */
export async function followRun(ctx: Context, run: Run, terminal: Terminal, signal: AbortSignal): Promise<void> {
  let progress: Progress | undefined;
  let last = run;
  const clock = new ReplayClock();
  const shown = new Map<string, Step>();
  try {
    for await (const { run: now, steps, curves } of runStates(ctx, run.id, signal)) {
      if (signal.aborted) break;
      progress ??= clock.at(now.startedAt, () =>
        createProgress({
          stream: process.stdout,
          plan: { name: run.name, steps: steps.map(shownStep) },
          clock: clock.read,
        }),
      );
      for (const { event, at } of news(steps, shown)) clock.at(at, () => progress?.handle(event));
      for (const { stepId: id, series, value } of curves) {
        progress.handle({ type: 'metric', id, series, values: [value] });
      }
      last = now;
    }
  } finally {
    progress?.finish();
  }
  if (!signal.aborted) sayOutcome(last, shown, terminal);
}

export interface News {
  readonly event: ProgressEvent;
  /** When it happened, as the database says; null: now. */
  readonly at: Date | null;
}

/** What changed between what was shown and what is now, as events; takes the new state in. */
export function news(steps: readonly Step[], shown: Map<string, Step>): News[] {
  const found: News[] = [];
  for (const step of steps) {
    const before = shown.get(step.stepId);
    shown.set(step.stepId, step);
    const id = step.stepId;
    if (before?.status !== step.status) {
      // A step may come and go between two looks; it is shown as begun before it is shown as done.
      const begun = step.startedAt !== null && step.status !== 'running' && step.status !== 'reused';
      if (begun && before?.status !== 'running') {
        found.push({ event: { type: 'step', id, state: 'running' }, at: step.startedAt });
      }
      const error = step.error === null ? {} : { error: step.error };
      const event: ProgressEvent = { type: 'step', id, state: STATES[step.status], ...error };
      found.push({ event, at: step.status === 'running' ? step.startedAt : step.finishedAt });
    }
    const { progress } = step;
    if (step.status === 'running' && progress !== null && progress.done !== before?.progress?.done) {
      found.push({ event: { type: 'progress', id, ...progress }, at: null });
    }
  }
  return found.sort((a, b) => (a.at?.getTime() ?? Infinity) - (b.at?.getTime() ?? Infinity) || 0);
}

/** The display's clock. While an event is told that happened earlier (before we looked), it shows that time. */
class ReplayClock {
  #shown: number | undefined;

  readonly read = (): number => this.#shown ?? Date.now();

  at<T>(time: Date | null, tell: () => T): T {
    this.#shown = time?.getTime();
    try {
      return tell();
    } finally {
      this.#shown = undefined;
    }
  }
}

function shownStep({ stepId, kind, title, makes }: Step) {
  return { id: stepId, kind, title, makes };
}

const OUTCOMES: Readonly<Record<RunStatus, string>> = {
  queued: 'is queued',
  running: 'is running',
  succeeded: 'is cooked',
  failed: 'failed',
  cancelled: 'was cancelled',
};

function sayOutcome(run: Run, steps: ReadonlyMap<string, Step>, terminal: Terminal): void {
  const took = run.finishedAt && run.startedAt ? run.finishedAt.getTime() - run.startedAt.getTime() : undefined;
  const good = run.status === 'succeeded';
  const mark = good ? terminal.green('✓') : terminal.red('✗');
  const reused = [...steps.values()].filter((step) => step.status === 'reused').length;
  const detail = [
    ...(took === undefined ? [] : [`in ${duration(took)}`]),
    ...(reused === 0 ? [] : [`${reused} of ${steps.size} steps were known`]),
  ];
  terminal.line(
    `  ${mark} ${terminal.bold(run.name)} ${OUTCOMES[run.status]}${detail.length === 0 ? '' : ` ${detail.join(', ')}`}`,
  );
  if (run.error !== null) {
    terminal.line(`    ${run.error.message}`);
    terminal.line(`    ${terminal.dim(run.error.advice)}`);
  }
  terminal.line();
}
