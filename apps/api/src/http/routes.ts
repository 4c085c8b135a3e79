import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import express, { type RequestHandler } from 'express';
import type { SetupOptions } from '../auth/setup.js';
import { ApiContext, type Services } from '../graphql/context.js';
import { limits } from '../graphql/limits.js';
import { blobRoutes } from './blobs.js';
import { graphiqlRoutes } from './graphiql.js';
import { health } from './health.js';
import type { Metrics } from './metrics.js';
import { refuse } from './problem.js';
import { setupRoutes } from './setup.js';

/**
 * Who decides whether a request is answered. `public`: nobody needs to, there is no tenant data. `verb`: the domain's
 * policies. `auth`: better-auth's own rules (no sign-up). `setup token`: the one-time token.
 */
export type Access = 'public' | 'verb' | 'auth' | 'setup token';

/** A route says who decides about it: one that does not say does not compile. */
export interface Route {
  readonly method: 'get' | 'post' | 'all' | 'use';
  readonly path: string;
  readonly access: Access;
  readonly handlers: readonly RequestHandler[];
}

export interface RouteOptions {
  readonly services: Services;
  readonly setup: SetupOptions;
  readonly apollo: ApolloServer<ApiContext>;
  readonly metrics: Metrics;
  /** Root folder of the blob store. */
  readonly blobs: string;
}

/** Every route of the server, in the order they are tried. */
export function routes({ services, setup, apollo, metrics, blobs }: RouteOptions): readonly Route[] {
  return [
    { method: 'get', path: '/health', access: 'public', handlers: [health(services.db)] },
    { method: 'get', path: '/metrics', access: 'public', handlers: [scrape(metrics)] },
    { method: 'all', path: '/api/auth/{*any}', access: 'auth', handlers: [toNodeHandler(services.auth)] },
    { method: 'use', path: '/setup', access: 'setup token', handlers: [setupRoutes(setup)] },
    { method: 'use', path: '/graphiql', access: 'public', handlers: [graphiqlRoutes()] },
    { method: 'use', path: '/blobs', access: 'verb', handlers: [blobRoutes(services, blobs)] },
    {
      method: 'post',
      path: '/graphql',
      access: 'verb',
      handlers: [
        onlyJson,
        express.json({ limit: limits.bodyBytes, type: 'application/json', strict: true }),
        expressMiddleware(apollo, {
          context: async ({ req }) => ApiContext.create(services, fromNodeHeaders(req.headers)),
        }),
      ],
    },
    { method: 'all', path: '/graphql', access: 'public', handlers: [onlyPost] },
  ];
}

function scrape({ registry }: Metrics): RequestHandler {
  return async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  };
}

/** Anything but JSON could be sent by a form of another site without asking first; it is refused before it is read. */
const onlyJson: RequestHandler = (request, response, next) => {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/json') return next();
  refuse(response, 415, 'UNSUPPORTED_MEDIA_TYPE', 'GraphQL requests are JSON.', 'Send Content-Type: application/json.');
};

const onlyPost: RequestHandler = (_request, response) => {
  response.set('Allow', 'POST');
  refuse(
    response,
    405,
    'METHOD_NOT_ALLOWED',
    'GraphQL is asked with POST.',
    'Send POST /graphql with Content-Type: application/json, or open /graphiql.',
  );
};
