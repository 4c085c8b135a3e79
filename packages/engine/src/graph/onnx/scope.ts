import type { Value } from '../graph.js';

/** Names of one graph, and of those around it: a branch sees the values of the graph it stands in, a function does not. */
export class Scope {
  readonly #values = new Map<string, Value>();

  constructor(readonly around: Scope | null = null) {}

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.around?.get(name);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }
}
