import { createClient as createSocketClient } from 'graphql-ws';
import { Client, cacheExchange, type Exchange, fetchExchange, subscriptionExchange } from 'urql';
import { webSocketUrl } from '@/lib/api-address';
import type { ConnectionStatus } from './connection-status';

/** While the server renders, queries answer nothing: the page's skeleton is sent and the browser asks. */
const silentExchange: Exchange = () => () => () => {};

/** The GraphQL client of the dashboard: queries over HTTP with the session cookie, subscriptions over one WebSocket. */
export function createApiClient(apiUrl: string, status: ConnectionStatus): Client {
  const url = `${apiUrl}/graphql`;
  if (typeof window === 'undefined') return new Client({ url, exchanges: [silentExchange], preferGetMethod: false });

  const socket = createSocketClient({
    url: webSocketUrl(url),
    lazy: true,
    lazyCloseTimeout: 5_000,
    keepAlive: 15_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    on: {
      connecting: () => status.set(status.get() === 'lost' ? 'lost' : 'connecting'),
      connected: () => status.set('live'),
      closed: (event) => status.set(isNormalClosure(event) ? 'idle' : 'lost'),
      error: () => status.set('lost'),
    },
  });

  return new Client({
    url,
    preferGetMethod: false,
    // What was seen before is shown at once and asked again: numbers here change while runs cook.
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'include' },
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: socket.subscribe({ query: request.query ?? '', variables: request.variables }, sink),
          }),
        }),
      }),
    ],
  });
}

function isNormalClosure(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'code' in event && event.code === 1000;
}
