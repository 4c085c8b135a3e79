import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

const scope = new AsyncLocalStorage<{ readonly requestId: string }>();

/** Id of the request (or WebSocket operation) that this code runs for; a fresh one outside of any. */
export function currentRequestId(): string {
  return scope.getStore()?.requestId ?? randomUUID();
}

/** Runs `work` under a new request id, which every error and log line of it then carries. */
export function inRequestScope<T>(work: (requestId: string) => T): T {
  const requestId = randomUUID();
  return scope.run({ requestId }, () => work(requestId));
}
