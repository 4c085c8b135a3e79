import type { IncomingMessage } from 'node:http';

/**
 * Address of the client for rate limits. Behind a trusted proxy it is the last entry of X-Forwarded-For, the one that
 * proxy wrote; the entries before it are whatever the client claims.
 */
export function addressOf(request: IncomingMessage, trustProxy: boolean): string {
  const peer = request.socket.remoteAddress ?? 'unknown';
  if (!trustProxy) return peer;
  const forwarded = request.headers['x-forwarded-for'];
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').at(-1)?.trim();
  return last || peer;
}

const addresses = new WeakMap<IncomingMessage, string>();

/** Remembers the address found at the edge, so that no later layer reads a header that a client may have written. */
export function rememberAddress(request: IncomingMessage, address: string): void {
  addresses.set(request, address);
}

/** The address remembered at the edge. */
export function clientAddress(request: IncomingMessage): string {
  return addresses.get(request) ?? 'unknown';
}
