import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { PlainLog } from './plain-log.js';
import { type ProgressEvent, type ProgressPlan, RunState } from './run-state.js';
import { tree } from './tree.js';

const FRAME_MS = 100;

export interface ProgressOptions {
  readonly stream: NodeJS.WritableStream & {
    readonly isTTY?: boolean;
    readonly columns?: number;
    readonly rows?: number;
  };
  readonly plan: ProgressPlan;
  /** Redraws in place instead of appending lines; default: the stream is a terminal that can, and this is no CI. */
  readonly interactive?: boolean;
  /** Milliseconds; default `performance.now`. */
  readonly clock?: () => number;
}

export interface Progress {
  handle(event: ProgressEvent): void;
  /** Says something above the display, where it stays. */
  note(text: string): void;
  /** Draws the last state and leaves it standing. Nothing is written afterwards. */
  finish(): void;
}

/**
 * Shows a run while it runs: a tree with bars, rates and the time left in a terminal, plain lines elsewhere. It takes the
 * engine's `CookEvent`s or the events of a server's run.
 */
export function createProgress(options: ProgressOptions): Progress {
  const { stream, plan } = options;
  const clock = options.clock ?? (() => performance.now());
  const seconds = () => clock() / 1000;
  const run = new RunState(plan, seconds());
  const interactive = options.interactive ?? canRedraw(stream);
  return interactive ? inTerminal(stream, run, seconds) : asLines(stream, run, seconds);
}

/** Whether a stream is a terminal whose lines can be drawn over. */
export function canRedraw(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb';
}

function inTerminal(stream: ProgressOptions['stream'], run: RunState, seconds: () => number): Progress {
  const update = createLogUpdate(stream);
  const colors = pc.createColors(pc.isColorSupported);
  const draw = () => update(tree(run, { now: seconds(), colors, rows: stream.rows ?? 24 }));
  const timer = setInterval(draw, FRAME_MS);
  let finished = false;
  return {
    handle(event) {
      run.apply(event, seconds());
    },
    note(text) {
      if (finished) stream.write(`${text}\n`);
      else update.persist(text);
    },
    finish() {
      if (finished) return;
      finished = true;
      clearInterval(timer);
      draw();
      update.done();
    },
  };
}

function asLines(stream: ProgressOptions['stream'], run: RunState, seconds: () => number): Progress {
  const log = new PlainLog(run, (line) => stream.write(line));
  return {
    handle(event) {
      const now = seconds();
      const step = run.apply(event, now);
      if (step !== undefined) log.tell(event, step, now);
    },
    note(text) {
      stream.write(`${text}\n`);
    },
    finish() {
      log.finish(seconds());
    },
  };
}
