import { StockpotError } from '@stockpot/domain';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { currentRequestId } from '../http/request-scope.js';

/** What every error of the API says beside its sentence. */
export interface ErrorExtensions {
  /** Machine-readable class: NOT_FOUND, BAD_INPUT, GRAPHQL_VALIDATION_FAILED … */
  readonly code: string;
  /** A sentence: what to do next. */
  readonly advice: string;
  /** Finds the request in the server's log. */
  readonly requestId: string;
}

const ADVICE: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: 'Correct the syntax of the query; the position is under locations.',
  GRAPHQL_VALIDATION_FAILED: 'Compare the query with the schema; GraphiQL at /graphiql shows it.',
  BAD_USER_INPUT: 'Compare the variables with the types that the operation declares.',
  BAD_REQUEST: 'Send one JSON object {query, variables} with Content-Type: application/json.',
  OPERATION_RESOLUTION_FAILURE: 'Name the operation to run in operationName.',
  TOO_EXPENSIVE: 'Ask for less at a time: smaller pages, fewer nested lists, or several requests.',
};

/** A refusal by the transport itself, with HTTP status 400. */
export function refusal(message: string, code: string, advice = ADVICE[code] ?? ''): GraphQLError {
  return new GraphQLError(message, { extensions: { code, reason: code, advice, http: { status: 400 } } });
}

/** The error below graphql-js's wrappers, when a resolver threw something that is not a GraphQLError. */
function thrown(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? thrown(error.originalError) : error;
}

/** graphql-js guesses names of the schema ("Did you mean"); we name what is wrong and leave the guessing to GraphiQL. */
function withoutSuggestions(message: string): string {
  return message.replace(/ ?Did you mean .+\?$/s, '');
}

/**
 * The one error shape, on every transport. An expected failure keeps its sentence; anything else could carry SQL, paths
 * or another lab's data, so it is logged under the request id and answered with nothing but that id.
 */
export function presentError(
  error: unknown,
  onUnexpected: (cause: unknown, requestId: string) => void,
): GraphQLFormattedError {
  const requestId = currentRequestId();
  const cause = thrown(error);
  const place =
    error instanceof GraphQLError
      ? { ...(error.path && { path: error.path }), ...(error.locations && { locations: error.locations }) }
      : {};
  const shape = (message: string, code: string, advice: string): GraphQLFormattedError => ({
    message,
    ...place,
    extensions: { code, advice, requestId } satisfies ErrorExtensions,
  });
  if (cause instanceof StockpotError) return shape(cause.message, cause.code, cause.advice);
  if (
    error instanceof GraphQLError &&
    cause instanceof GraphQLError &&
    error.extensions.code !== 'INTERNAL_SERVER_ERROR'
  ) {
    // Apollo overwrites the code of a refusal by a validation rule; `reason` is ours.
    const { reason, code, advice } = { ...error.extensions, ...cause.extensions };
    const shown = text(reason) ?? text(error.extensions.code) ?? text(code) ?? 'BAD_USER_INPUT';
    return shape(withoutSuggestions(cause.message), shown, text(advice) ?? ADVICE[shown] ?? '');
  }
  onUnexpected(cause, requestId);
  return shape(
    'The server could not answer this because of a fault of its own.',
    'INTERNAL',
    `Try again; if it stays, tell the administrator the request id ${requestId}.`,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
