/**
 * Keeps what was made of some content, apart for each owner (a database), the `most` that were asked for last. Who asks while it is being
 * made waits for it: a change that many watch has them all ask at once. Only for what the content determines entirely, and asked only
 * after the caller's right to it was checked.
 */
export class Remembered<T extends object> {
  readonly #kept = new WeakMap<object, Map<string, Promise<T | null>>>();

  constructor(private readonly most: number) {}

  /** What is kept under this content, or else what `make` gives; null and failures are not kept. */
  async of(owner: object, content: string, make: () => Promise<T | null>): Promise<T | null> {
    const mine = this.#kept.get(owner) ?? new Map<string, Promise<T | null>>();
    this.#kept.set(owner, mine);
    const kept = mine.get(content);
    const value = kept ?? make();
    mine.delete(content);
    mine.set(content, value);
    const [oldest] = mine.keys();
    if (mine.size > this.most && oldest !== undefined) mine.delete(oldest);
    const forget = () => {
      if (mine.get(content) === value) mine.delete(content);
    };
    try {
      const made = await value;
      if (made === null) forget();
      return made;
    } catch (error) {
      forget();
      // It failed in the transaction of another request, which may have been given up: this one has its own.
      if (kept !== undefined) return this.of(owner, content, make);
      throw error;
    }
  }
}
