import type { CombinedError } from 'urql';

/** What went wrong, as sentences for a reader, and what to do next. */
export interface Failure {
  readonly title: string;
  readonly message: string;
  readonly advice: string;
  readonly code: string;
}

/** Translates what urql reports. The API's own errors carry `code` and `advice`; everything else is the network. */
export function describeFailure(error: CombinedError): Failure {
  const first = error.graphQLErrors[0];
  if (first) {
    const code = text(first.extensions.code) ?? 'UNKNOWN';
    return {
      title: TITLES[code] ?? 'The server could not answer',
      message: sentence(first.message),
      advice: text(first.extensions.advice) ?? ADVICE[code] ?? 'Try again; if it stays, look at the API’s log.',
      code,
    };
  }
  return {
    title: 'The API does not answer',
    message: 'This page could not reach the Stockpot API, so there is nothing to show yet.',
    advice: 'Check that Stockpot is running (npm start), then try again.',
    code: 'NETWORK',
  };
}

const TITLES: Readonly<Record<string, string>> = {
  NOT_FOUND: 'Not found',
  FORBIDDEN: 'You may not do that',
  UNAUTHENTICATED: 'Sign in first',
  BAD_INPUT: 'The request was refused',
};

const ADVICE: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Sign in and try again.',
  FORBIDDEN: 'Ask an owner of the lab for a role that allows it.',
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
