import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Credentials } from './server.js';

/** An answer to a GraphQL request; `Data` is what the story expects, which its assertions then check. */
export interface Answer<Data> {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly { message: string; path?: unknown; extensions: Record<string, string> }[];
}

/** Sends one GraphQL operation over HTTP. */
export async function ask<Data = unknown>(
  url: string,
  query: string,
  variables: Record<string, unknown> = {},
  credentials: Credentials = {},
): Promise<Answer<Data>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentials },
    body: JSON.stringify({ query, variables }),
  });
  const body = JSON.parse(await response.text());
  return { status: response.status, data: body.data, errors: body.errors ?? [] };
}

/** A WebSocket client with a Cookie or token header, as a browser or a script has it. */
export function socket(url: string, credentials: Credentials = {}, connectionParams: Record<string, unknown> = {}) {
  return createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams,
    retryAttempts: 0,
    lazy: true,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers: { ...credentials } });
      }
    },
  });
}
