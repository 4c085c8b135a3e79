/** One pull of a stream. */
export interface Change<T> {
  /** What changed; empty for "look at everything". */
  readonly items: readonly T[];
  /** Ends the stream after this event. */
  end(): void;
}

/**
 * What one subscriber has not seen yet. Every change since its last pull comes as one batch, so a slow reader makes
 * nothing pile up: it is told "these changed" and reads the present state, however many notifications there were.
 *
 * Written as an iterator by hand: an async generator that waits cannot be ended from outside, and a subscriber that
 * leaves would stay registered until the next change.
 */
export class ChangeStream<T> implements AsyncIterableIterator<Change<T>> {
  private readonly pending = new Set<T>();
  private everything = false;
  private woken = false;
  private ended = false;
  private resumeAt = 0;
  private wake: (() => void) | null = null;

  /**
   * @param onEnd called once, when the subscriber leaves or `end` is called
   * @param pauseMs least time between two events: a run whose steps report all the time is shown ten times a second
   * @param most distinct changes that are told apart; with more, the batch is empty ("look at everything")
   */
  constructor(
    private readonly onEnd: () => void,
    private readonly most = 100,
    private readonly pauseMs = 100,
  ) {}

  /** Adds a change; none for "something changed, look at everything". */
  push(change?: T): void {
    if (change === undefined) this.everything = true;
    else if (this.pending.size <= this.most) this.pending.add(change);
    this.woken = true;
    this.wake?.();
  }

  /** Ends the stream: the reader's next pull says done. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Change<T>>> {
    for (;;) {
      const early = this.resumeAt - Date.now();
      if (this.ended || (this.woken && early <= 0)) break;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (this.woken) timer = setTimeout(resolve, early);
      });
      clearTimeout(timer);
      this.wake = null;
    }
    if (this.ended) return { value: undefined, done: true };
    const items = this.everything || this.pending.size > this.most ? [] : [...this.pending];
    this.pending.clear();
    this.everything = false;
    this.woken = false;
    this.resumeAt = Date.now() + this.pauseMs;
    return { value: { items, end: () => this.end() }, done: false };
  }

  async return(): Promise<IteratorResult<Change<T>>> {
    this.end();
    return { value: undefined, done: true };
  }

  async throw(error: unknown): Promise<IteratorResult<Change<T>>> {
    this.end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
