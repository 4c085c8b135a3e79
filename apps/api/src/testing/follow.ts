import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'graphql-ws';

export interface Event {
  data?: Record<string, unknown> | null;
  errors?: readonly { message: string; extensions?: Record<string, unknown> }[];
}

/** Subscribes and collects what comes; `until` waits for a condition on it. */
export function follow(client: Client, query: string, variables: Record<string, unknown> = {}) {
  const events: Event[] = [];
  let ended: unknown = null;
  client.subscribe<Record<string, unknown>>(
    { query, variables },
    {
      next: (event) => events.push(event as Event),
      error: (error) => {
        ended = error;
      },
      complete: () => {
        ended = 'complete';
      },
    },
  );
  const until = async (condition: () => boolean) => {
    const deadline = Date.now() + 5_000;
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`waited in vain; got ${JSON.stringify({ events, ended })}`);
      await sleep(10);
    }
  };
  return { events, until, ended: () => ended };
}
