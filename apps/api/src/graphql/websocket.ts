import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { StockpotError } from '@stockpot/domain';
import { fromNodeHeaders } from 'better-auth/node';
import { type ExecutionArgs, execute, type GraphQLFormattedError, type GraphQLSchema, subscribe } from 'graphql';
import type { Disposable } from 'graphql-ws';
import { useServer as serveOperations } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Metrics } from '../http/metrics.js';
import type { AllowedOrigins } from '../http/origins.js';
import { inRequestScope } from '../http/request-scope.js';
import type { Logger } from '../logger.js';
import { ApiContext, type Services } from './context.js';
import { presentError, refusal } from './errors.js';
import { prepareOperation } from './execution.js';
import { limits } from './limits.js';

export interface WebSocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly services: Services;
  readonly origins: AllowedOrigins;
  /** Address of the client, behind a trusted proxy if there is one. */
  readonly addressOf: (request: IncomingMessage) => string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Milliseconds between keep-alive pings: less than the 30 s after which common proxies drop a silent connection. */
const PING_MS = 12_000;

/**
 * GraphQL over WebSocket (graphql-transport-ws) on the HTTP server's port, path /graphql. The upgrade request carries the
 * cookie whatever page opened the socket, so its Origin is checked before anything else (cross-site WebSocket hijacking).
 */
export function serveWebSocket(options: WebSocketOptions): Disposable {
  const { server, schema, services, origins, metrics, log } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.bodyBytes, perMessageDeflate: false });
  const perAddress = new Map<string, number>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const address = options.addressOf(request);
    const open = perAddress.get(address) ?? 0;
    if (new URL(request.url ?? '/', 'http://localhost').pathname !== '/graphql') return refuseUpgrade(socket, 404);
    if (!origins.allowsHost(request.headers.host)) return refuseUpgrade(socket, 421);
    if (!origins.allowsOrigin(request.headers.origin)) return refuseUpgrade(socket, 403);
    if (open >= limits.socketsPerAddress) return refuseUpgrade(socket, 429);
    sockets.handleUpgrade(request, socket, head, (client) => {
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      metrics.sockets.inc();
      client.on('error', (error) => log.debug({ err: error }, 'a WebSocket failed'));
      client.on('close', () => {
        metrics.sockets.dec();
        const left = (perAddress.get(address) ?? 1) - 1;
        if (left > 0) perAddress.set(address, left);
        else perAddress.delete(address);
      });
      sockets.emit('connection', client, request);
    });
  });

  const present = (error: unknown): GraphQLFormattedError =>
    presentError(error, (cause, requestId) => {
      metrics.unexpectedErrors.inc();
      log.error({ err: cause, requestId }, 'a WebSocket operation failed unexpectedly');
    });

  return serveOperations<Record<string, unknown>>(
    {
      // Otherwise a socket that fails is closed with the error's own message.
      isProd: true,
      // Says at once that a token is wrong, instead of at each operation; the socket closes with 4403.
      onConnect: async ({ connectionParams, extra }) => {
        try {
          await ApiContext.create(services, credentials(extra.request, connectionParams));
          return true;
        } catch (error) {
          if (error instanceof StockpotError) return false;
          present(error);
          throw error;
        }
      },
      onSubscribe: (connection, _id, payload) =>
        inRequestScope(async () => {
          if (Object.keys(connection.subscriptions).length > limits.subscriptionsPerSocket) {
            return [
              refusal(
                `A socket carries at most ${limits.subscriptionsPerSocket} operations at a time.`,
                'TOO_EXPENSIVE',
                'Complete an operation first.',
              ),
            ];
          }
          const prepared = prepareOperation(schema, payload);
          if (!('document' in prepared)) return prepared;
          const headers = credentials(connection.extra.request, connection.connectionParams);
          try {
            return { ...prepared, contextValue: await ApiContext.create(services, headers) } satisfies ExecutionArgs;
          } catch (error) {
            return [refusal(present(error).message, 'UNAUTHENTICATED', 'Connect again with valid credentials.')];
          }
        }),
      execute,
      subscribe,
      onError: (_connection, _id, _payload, errors) => errors.map(present),
      onNext: (_connection, _id, _payload, _args, result) =>
        result.errors ? { data: result.data ?? null, errors: result.errors.map(present) } : undefined,
    },
    sockets,
    PING_MS,
  );
}

/** Credentials of a socket: those of the upgrade request, and what a script that cannot set headers gives on connecting. */
function credentials(request: IncomingMessage, parameters: Readonly<Record<string, unknown>> | undefined): Headers {
  const headers = fromNodeHeaders(request.headers);
  for (const [name, value] of Object.entries(parameters ?? {})) {
    const header = name.toLowerCase();
    if ((header === 'authorization' || header === 'x-api-key') && typeof value === 'string') headers.set(header, value);
  }
  return headers;
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'Not Found',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
};

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${REASONS[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
