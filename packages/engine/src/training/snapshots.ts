import { StockpotEngineError } from '../errors.js';
import type { Tensor } from '../graph/tensor.js';
import type { NamedTensors } from '../models/initialise.js';
import { readSealed, type Seal, writeSealed } from './sealed-tensors.js';

/** The weights of a training at one of several equal distances of its run. */
export interface Snapshot {
  /** Updates that had been made. */
  readonly updates: number;
  /** Every parameter, the frozen ones included; the mean of the weights where the training keeps one. */
  parameters(): Promise<NamedTensors>;
}

/** After how many updates each of `count` snapshots is taken; the last one at the end. */
export function snapshotTimes(count: number, updates: number): number[] {
  if (count <= updates) return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * updates) / count));
  throw new StockpotEngineError(
    `${count} snapshots were asked for of a training of ${updates} updates: some would be the same.`,
    `Ask for ${updates} at most, or train longer.`,
  );
}

const FORMAT = 'stockpot-snapshot-1';

/**
 * The snapshots of a running training. Where the training saves its state they are files beside it, written before any later
 * state, so that a resumed training finds those that it does not pass again; else they stay in memory.
 */
export class SnapshotShelf {
  readonly #times: readonly number[];
  readonly #files: { readonly path: string; readonly fingerprint: string } | null;
  readonly #kept = new Map<number, NamedTensors>();

  /**
   * @param options.count 0 for none
   * @param options.updates of the whole training
   * @param options.files where the training saves its state
   */
  constructor(options: {
    readonly count: number;
    readonly updates: number;
    readonly files: { readonly path: string; readonly fingerprint: string } | null;
  }) {
    this.#times = snapshotTimes(options.count, options.updates);
    this.#files = options.files;
  }

  /** The first update after `updates` ones after which a snapshot is taken; Infinity when there is none. */
  nextAfter(updates: number): number {
    return this.#times.find((time) => time > updates) ?? Number.POSITIVE_INFINITY;
  }

  /** Whether the weights after `updates` updates are a snapshot to keep. The last one is the training's result. */
  isDue(updates: number): boolean {
    return this.#times.slice(0, -1).includes(updates);
  }

  async keep(updates: number, parameters: NamedTensors): Promise<void> {
    if (this.#files === null) {
      this.#kept.set(updates, parameters);
      return;
    }
    const tensors = [...parameters].map(([name, { shape, data }]): [string, Tensor] => [
      name,
      { dtype: 'f32', shape, data },
    ]);
    await writeSealed(this.#fileOf(updates), this.#seal(), new Map(tensors));
  }

  /** Whether every snapshot of the first `updates` updates is there: a training cannot go on from a state without them. */
  async isComplete(updates: number): Promise<boolean> {
    for (const time of this.#times.slice(0, -1)) {
      if (time <= updates && (await this.#read(time)) === null) return false;
    }
    return true;
  }

  /** All of them, in order, those on disk read when they are asked for. */
  all(last: NamedTensors): Snapshot[] {
    return this.#times.map((updates, i) => ({
      updates,
      parameters: async () => {
        if (i === this.#times.length - 1) return last;
        const found = await this.#read(updates);
        if (found !== null) return found;
        throw new StockpotEngineError(
          `The snapshot after ${updates} updates is gone or damaged: ${this.#fileOf(updates)}.`,
          'Run the step again: it is trained anew.',
        );
      },
    }));
  }

  async #read(updates: number): Promise<NamedTensors | null> {
    if (this.#files === null) return this.#kept.get(updates) ?? null;
    const sealed = await readSealed(this.#fileOf(updates), this.#seal());
    if (sealed === null) return null;
    return new Map(
      [...sealed.tensors].flatMap(([name, { shape, data }]) =>
        data instanceof Float32Array ? [[name, { shape, data }] as const] : [],
      ),
    );
  }

  #fileOf(updates: number): string {
    return `${this.#files?.path ?? 'memory'}.snapshot-${updates}`;
  }

  #seal(): Seal {
    return { format: FORMAT, fingerprint: this.#files?.fingerprint ?? '' };
  }
}
