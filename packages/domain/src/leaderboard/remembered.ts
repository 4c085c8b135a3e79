/**
 * Keeps what was made of some content, apart for each owner (a database), the `most` that were asked for last. Only for what the content
 * determines entirely, and asked only after the caller's right to it was checked.
 */
export class Remembered<T extends object> {
  readonly #kept = new WeakMap<object, Map<string, T>>();

  constructor(private readonly most: number) {}

  /** What is kept under this content, or else what `make` gives; null is not kept. */
  async of(owner: object, content: string, make: () => Promise<T | null>): Promise<T | null> {
    const mine = this.#kept.get(owner) ?? new Map<string, T>();
    this.#kept.set(owner, mine);
    const value = mine.get(content) ?? (await make());
    mine.delete(content);
    if (value !== null) mine.set(content, value);
    const [oldest] = mine.keys();
    if (mine.size > this.most && oldest !== undefined) mine.delete(oldest);
    return value;
  }
}
