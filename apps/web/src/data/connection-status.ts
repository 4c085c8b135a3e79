/** Where the live connection stands: nobody asked for one yet, being made, open, or lost (and being retried). */
export type ConnectionState = 'idle' | 'connecting' | 'live' | 'lost';

/** A tiny store for `useSyncExternalStore`: the WebSocket client writes it, indicators and polling read it. */
export class ConnectionStatus {
  #state: ConnectionState = 'idle';
  readonly #listeners = new Set<() => void>();

  readonly get = (): ConnectionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
