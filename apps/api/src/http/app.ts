import cors from 'cors';
import express, { type Express } from 'express';
import type { Logger } from '../logger.js';
import { edge } from './edge.js';
import { failure } from './failure.js';
import { observe } from './observe.js';
import type { AllowedOrigins } from './origins.js';
import { refuse } from './problem.js';
import { inRequestScope } from './request-scope.js';
import { type RouteOptions, routes } from './routes.js';
import { securityHeaders } from './security-headers.js';

export interface AppOptions extends RouteOptions {
  readonly origins: AllowedOrigins;
  readonly log: Logger;
  /** Whether X-Forwarded-For comes from our own proxy. */
  readonly trustProxy: boolean;
}

/** The HTTP side: what holds for every request, then the routes, then what is left. */
export function createApp(options: AppOptions): Express {
  const { origins, metrics, log } = options;
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
  app.use(edge(origins, options.trustProxy));
  app.use(
    cors({
      origin: (origin, done) => done(null, origins.allowsOrigin(origin)),
      credentials: true,
      maxAge: 600,
      exposedHeaders: ['X-Request-Id', 'Retry-After'],
    }),
  );
  for (const { method, path, handlers } of routes(options)) app[method](path, ...handlers);
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
