/**
 * Fixed-window counter per key, in memory: enough for a route that is used once in the life of an installation. Memory is
 * bounded; when it is full the oldest window goes first, so an attacker with many addresses gains single tries, not room.
 */
export class RateLimiter {
  private readonly windows = new Map<string, { until: number; count: number }>();

  constructor(private readonly options: { readonly max: number; readonly windowMs: number; readonly keys?: number }) {}

  /** Counts one try. Returns 0 when it is allowed, else the seconds to wait. */
  take(key: string, now: number = Date.now()): number {
    const open = this.windows.get(key);
    if (open && open.until > now) {
      open.count += 1;
      return open.count <= this.options.max ? 0 : Math.ceil((open.until - now) / 1000);
    }
    this.windows.delete(key);
    if (this.windows.size >= (this.options.keys ?? 10_000)) {
      const [oldest] = this.windows.keys();
      if (oldest !== undefined) this.windows.delete(oldest);
    }
    this.windows.set(key, { until: now + this.options.windowMs, count: 1 });
    return 0;
  }
}
