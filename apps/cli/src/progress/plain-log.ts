import { duration, rate, whole } from './format.js';
import { type ProgressEvent, type RunState, type ShownStep, speedOf } from './run-state.js';

/** A long step says so now and then, so that a log shows that it lives. */
const STILL_RUNNING_SECONDS = 10;

/** The run as lines that are only ever appended: for files, pipes and continuous integration. */
export class PlainLog {
  readonly #run: RunState;
  readonly #write: (line: string) => void;
  readonly #saidAt = new Map<string, number>();
  #reused = 0;

  constructor(run: RunState, write: (line: string) => void) {
    this.#run = run;
    this.#write = write;
  }

  /** Tells an event that `step` has taken in already. */
  tell(event: ProgressEvent, step: ShownStep, now: number): void {
    if (event.type === 'progress') this.#stillRunning(step, now);
    if (event.type !== 'step' || event.state === 'waiting') return;
    if (event.state === 'reused') {
      this.#reused += 1;
      return;
    }
    this.#tellReused(now);
    if (event.state === 'running') {
      this.#saidAt.set(step.id, now);
      this.#line(now, `started  ${step.id}: ${step.title}`);
    } else if (event.state === 'done') {
      this.#line(
        now,
        `done     ${step.id} in ${duration((step.endedAt ?? 0) - (step.startedAt ?? 0))}${remarks(step)}`,
      );
    } else if (event.state === 'failed') {
      this.#line(now, `FAILED   ${step.id}: ${step.error ?? ''}`);
    } else {
      this.#line(now, `stopped  ${step.id}`);
    }
  }

  finish(now: number): void {
    this.#tellReused(now);
  }

  /** Reused steps come in crowds: one line for as many as came in a row. */
  #tellReused(now: number): void {
    if (this.#reused === 0) return;
    this.#line(now, `reused   ${this.#reused} finished ${this.#reused === 1 ? 'step' : 'steps'}`);
    this.#reused = 0;
  }

  #stillRunning(step: ShownStep, now: number): void {
    const { progress } = step;
    if (progress === undefined || now - (this.#saidAt.get(step.id) ?? now) < STILL_RUNNING_SECONDS) return;
    this.#saidAt.set(step.id, now);
    const speed = speedOf(step);
    const percent = whole((100 * progress.done) / progress.total);
    this.#line(now, `running  ${step.id}: ${percent} %${speed === undefined ? '' : `, ${speed}`}`);
  }

  #line(now: number, text: string): void {
    const finished = this.#run.count('done', 'reused');
    const clock = duration(now - this.#run.startedAt).padStart(6);
    this.#write(
      `${clock}  [${String(finished).padStart(String(this.#run.steps.length).length)}/${this.#run.steps.length}] ${text}\n`,
    );
  }
}

function remarks(step: ShownStep): string {
  const parts: string[] = [];
  if (step.imagesPerSecond !== undefined) parts.push(rate(step.imagesPerSecond, 'images'));
  if (step.loss !== undefined) parts.push(`loss ${step.loss.toPrecision(3)}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
