import { StockpotError } from '@stockpot/domain';
import type { ErrorRequestHandler } from 'express';
import { limits } from '../graphql/limits.js';
import type { Logger } from '../logger.js';
import type { Metrics } from './metrics.js';
import { refuse } from './problem.js';
import { currentRequestId } from './request-scope.js';

const STATUS: Readonly<Record<string, number>> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
};

/** Answers what a route threw. Expected failures keep their sentence; the rest is logged and told nothing of. */
export function failure(log: Logger, metrics: Metrics): ErrorRequestHandler {
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
        'Check that the address is well-formed and the body complete, valid JSON in UTF-8.',
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

/** The HTTP status that body-parser, the router or send gave an error of the client's. */
function statusOf(error: unknown): number | null {
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : null;
  return typeof status === 'number' ? status : null;
}
