import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { StockpotError } from '@stockpot/domain';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { CLIENT_ADDRESS_HEADER } from '../auth/auth.js';
import type { SetupOptions } from '../auth/setup.js';
import { ApiContext, type Services } from '../graphql/context.js';
import { limits } from '../graphql/limits.js';
import type { Logger } from '../logger.js';
import { blobRoutes } from './blobs.js';
import { addressOf, rememberAddress } from './client-address.js';
import { graphiqlRoutes } from './graphiql.js';
import { health } from './health.js';
import type { Metrics } from './metrics.js';
import type { AllowedOrigins } from './origins.js';
import { refuse } from './problem.js';
import { currentRequestId, inRequestScope } from './request-scope.js';
import { securityHeaders } from './security-headers.js';
import { setupRoutes } from './setup.js';

export interface AppOptions {
  readonly services: Services;
  readonly setup: SetupOptions;
  readonly apollo: ApolloServer<ApiContext>;
  readonly origins: AllowedOrigins;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly blobs: string;
  readonly trustProxy: boolean;
}

/**
 * Every route of the server and who may use it:
 *
 * | route | who |
 * | --- | --- |
 * | GET /health, /metrics | everybody who may address the server (Host list); no tenant data |
 * | GET /graphiql | everybody; a static page |
 * | GET, POST /setup | everybody until there is an administrator; the one-time token decides |
 * | * /api/auth/* | better-auth's own rules; no sign-up |
 * | POST /graphql | everybody; each verb decides |
 * | GET /blobs/<hash> | the verb artifacts.get decides |
 *
 * `app.test.ts` holds this list against the router: a route that is not on it fails there.
 */
export function createApp(options: AppOptions): Express {
  const { services, origins, metrics, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');

  app.use((_request, response, next) =>
    inRequestScope((requestId) => {
      response.set('X-Request-Id', requestId);
      next();
    }),
  );
  app.use(securityHeaders);
  app.use(observe(metrics, log));
  app.use(edge(options));
  app.use(
    cors({
      origin: (origin, done) => done(null, origins.allowsOrigin(origin)),
      credentials: true,
      maxAge: 600,
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
    }),
  );

  app.get('/health', health(services.db));
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  app.all('/api/auth/{*any}', toNodeHandler(services.auth));
  app.use('/setup', setupRoutes(options.setup));
  app.use('/graphiql', graphiqlRoutes());
  app.use('/blobs', blobRoutes(services, options.blobs));
  app.post(
    '/graphql',
    onlyJson,
    express.json({ limit: limits.bodyBytes, type: 'application/json', strict: true }),
    expressMiddleware(options.apollo, {
      context: async ({ req }) => ApiContext.create(services, fromNodeHeaders(req.headers)),
    }),
  );
  app.all('/graphql', (_request, response) => {
    response.set('Allow', 'POST');
    refuse(
      response,
      405,
      'METHOD_NOT_ALLOWED',
      'GraphQL is asked with POST.',
      'Send POST /graphql with Content-Type: application/json, or open /graphiql.',
    );
  });
  app.use((_request, response) =>
    refuse(
      response,
      404,
      'NOT_FOUND',
      'There is nothing at this address.',
      'The API is at /graphql; try it at /graphiql.',
    ),
  );
  app.use(failure(log, metrics));
  return app;
}

/** The first things that are asked of a request: is it for us, and does it come from a page that may use us. */
function edge({ origins, trustProxy }: AppOptions): RequestHandler {
  return (request, response, next) => {
    if (!origins.allowsHost(request.headers.host)) {
      refuse(
        response,
        421,
        'HOST_NOT_ALLOWED',
        'This server does not answer to the name it was addressed by.',
        'Use its own address, or add the name to STOCKPOT_ALLOWED_HOSTS.',
      );
      return;
    }
    if (!origins.allowsOrigin(request.headers.origin)) {
      refuse(
        response,
        403,
        'ORIGIN_NOT_ALLOWED',
        'Pages of this origin may not use the API.',
        'Add the origin to STOCKPOT_WEB_ORIGIN if it is the dashboard.',
      );
      return;
    }
    const address = addressOf(request, trustProxy);
    rememberAddress(request, address);
    request.headers[CLIENT_ADDRESS_HEADER] = address;
    next();
  };
}

/** Anything but JSON could be sent by a form of another site without asking first; it is refused before it is read. */
const onlyJson: RequestHandler = (request, response, next) => {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return next();
  refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'GraphQL requests are JSON.', 'Send Content-Type: application/json.');
};

function observe(metrics: Metrics, log: Logger): RequestHandler {
  return (request, response, next) => {
    const stop = metrics.httpSeconds.startTimer();
    const requestId = currentRequestId();
    const { method } = request;
    // Without the query: it may name a lab; the id in the path of a blob is enough to find a request.
    const [path] = request.originalUrl.split('?', 1);
    response.on('close', () => {
      const route =
        /^\/(api\/auth|setup|graphql|graphiql|blobs|health|metrics)(?=\/|$)/.exec(path ?? '')?.[0] ?? 'other';
      const seconds = stop({ method, route, status: response.statusCode });
      log.debug({ requestId, method, path, status: response.statusCode, ms: Math.round(seconds * 1000) }, 'request');
    });
    next();
  };
}

const STATUS: Readonly<Record<string, number>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
};

/** What no route answered: expected failures keep their sentence, the rest is logged and told nothing of. */
function failure(log: Logger, metrics: Metrics): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof StockpotError) {
      return refuse(response, STATUS[error.code] ?? 400, error.code, error.message, error.advice);
    }
    const status = statusOf(error);
    if (status === 413) {
      return refuse(
        response,
        413,
        'TOO_LARGE',
        'The body is too large.',
        `Send at most ${limits.bodyBytes / 1024} KiB.`,
      );
    }
    if (status !== null && status < 500) {
      return refuse(
        response,
        status,
        'BAD_REQUEST',
        'The request could not be read.',
        'Check that the body is complete and valid JSON in UTF-8.',
      );
    }
    const requestId = currentRequestId();
    metrics.unexpectedErrors.inc();
    log.error({ err: error, requestId }, 'a request failed unexpectedly');
    refuse(
      response,
      500,
      'INTERNAL',
      'The server could not answer this because of a fault of its own.',
      `Try again; if it stays, tell the administrator the request id ${requestId}.`,
    );
  };
}

function statusOf(error: unknown): number | null {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
  return typeof status === 'number' ? status : null;
}
