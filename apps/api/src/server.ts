import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Db } from '@stockpot/db';
import { type AuthOptions, createAuth } from './auth/auth.js';
import type { Environment } from './environment.js';
import { EventBus } from './events/event-bus.js';
import { createApollo } from './graphql/apollo.js';
import type { Services } from './graphql/context.js';
import { createSchema } from './graphql/schema.js';
import { serveWebSocket } from './graphql/websocket.js';
import { createApp } from './http/app.js';
import { addressOf } from './http/client-address.js';
import { createMetrics } from './http/metrics.js';
import { AllowedOrigins } from './http/origins.js';
import type { Logger } from './logger.js';

/** What the environment says, but for what the process itself opens with it. */
export interface ServerOptions extends Omit<Environment, 'databaseUrl' | 'logLevel'> {
  readonly db: Db;
  readonly log: Logger;
}

export interface RunningServer {
  /** Where it listens, like http://127.0.0.1:4000. */
  readonly url: string;
  readonly services: Services;
  /** Refuses new work, lets running requests end (3 s at most), closes sockets and listeners. The pool is the caller's. */
  close(): Promise<void>;
}

/** Listening failed for a reason a person can act on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
}

/**
 * Starts the API: HTTP, GraphQL over HTTP and WebSocket, all on one port.
 *
 * @throws ListenError when the address cannot be listened on
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { db, log, host } = options;
  const origins = new AllowedOrigins(options);
  const httpServer = createServer({
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    keepAliveTimeout: 5_000,
    maxHeaderSize: 16 * 1024,
  });
  httpServer.maxHeadersCount = 100;
  // Who comes between the binding and the end of the building would otherwise wait for ever.
  httpServer.on('request', notYet);

  // Bound before anything is built: its port belongs to the origins, and a taken port should cost no time.
  await listen(httpServer, options.port, host);
  const { port } = httpServer.address() as AddressInfo;
  origins.addPort(port);
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

  try {
    const publicUrl = options.webOrigins.find((origin) => origin.startsWith('https://')) ?? own;
    const authOptions: AuthOptions = {
      drizzle: db.drizzle,
      secret: options.secret,
      publicUrl,
      trustedOrigins: origins.list(),
      log,
    };
    const auth = createAuth(authOptions);
    const events = await EventBus.start(db, log);
    const metrics = createMetrics(db, () => events.size);
    const services: Services = { db, auth, events };
    const schema = createSchema();
    const sockets = serveWebSocket({
      server: httpServer,
      schema,
      services,
      origins,
      metrics,
      log,
      addressOf: (request) => addressOf(request, options.trustProxy),
    });
    const apollo = createApollo({
      schema,
      httpServer,
      metrics,
      log,
      drainSockets: async () => {
        await events.close();
        await sockets.dispose();
      },
    });
    await apollo.start();
    const app = createApp({
      services,
      setup: { db, auth, authOptions },
      apollo,
      origins,
      metrics,
      log,
      blobs: options.blobs,
      trustProxy: options.trustProxy,
    });
    httpServer.off('request', notYet);
    httpServer.on('request', app);
    return { url: own, services, close: () => apollo.stop() };
  } catch (error) {
    httpServer.close();
    throw error;
  }
}

function notYet(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end();
}

function listen(server: ReturnType<typeof createServer>, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new ListenError(
            `Port ${port} on ${host} is taken by another program. Stop it, or set STOCKPOT_API_PORT to a free port (0 picks one).`,
          ),
        );
      } else if (error.code === 'EACCES') {
        reject(
          new ListenError(`This user may not listen on port ${port}. Set STOCKPOT_API_PORT to a port above 1023.`),
        );
      } else if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
        reject(new ListenError(`${host} is no address of this machine. Set STOCKPOT_HOST to 127.0.0.1 or 0.0.0.0.`));
      } else reject(error);
    });
    server.listen(port, host, resolve);
  });
}
