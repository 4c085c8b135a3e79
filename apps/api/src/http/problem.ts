import type { Response } from 'express';
import type { ErrorExtensions } from '../graphql/errors.js';
import { currentRequestId } from './request-scope.js';

/** Body of an error of any route: the shape GraphQL errors have, so that clients need one reader. */
export interface Problem {
  readonly errors: readonly [{ readonly message: string; readonly extensions: ErrorExtensions }];
}

export function problem(message: string, code: string, advice: string): Problem {
  return { errors: [{ message, extensions: { code, advice, requestId: currentRequestId() } }] };
}

/** Ends the response with an error. */
export function refuse(response: Response, status: number, code: string, message: string, advice: string): void {
  response.status(status).json(problem(message, code, advice));
}
