import type { RequestHandler } from 'express';
import type { Logger } from '../logger.js';
import type { Metrics } from './metrics.js';
import { currentRequestId } from './request-scope.js';

const ROUTE = /^\/(api\/auth|setup|graphql|graphiql|blobs|health|metrics)(?=\/|$)/;

/** Measures and logs each request, when its last byte has gone or its client has. */
export function observe(metrics: Metrics, log: Logger): RequestHandler {
  return (request, response, next) => {
    const stop = metrics.httpSeconds.startTimer();
    const requestId = currentRequestId();
    const { method } = request;
    // Without the query: it may hold what a person typed.
    const [path = ''] = request.originalUrl.split('?', 1);
    response.on('close', () => {
      const status = response.statusCode;
      const seconds = stop({ method, route: ROUTE.exec(path)?.[0] ?? 'other', status });
      log.debug({ requestId, method, path, status, ms: Math.round(seconds * 1000) }, 'request');
    });
    next();
  };
}
