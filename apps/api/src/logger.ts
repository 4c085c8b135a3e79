import { type Logger, pino } from 'pino';

export type { Logger };

/** Paths that may hold a credential, wherever somebody logs a request, a body or an error with its cause. */
const SECRET = [
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'key',
  'secret',
  'cookie',
  'authorization',
  'set-cookie',
  'x-api-key',
  'connectionString',
];
const PLACES = ['', '*.', '*.*.', '*.*.*.'];

/** The server's log: JSON lines on stderr (stdout carries the one line that says it is ready), credentials censored. */
export function createLogger(level: string, destination: pino.DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: { service: 'api' },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: PLACES.flatMap((place) =>
          SECRET.map((name) => (place ? `${place}["${name}"]`.replace('.[', '[') : `["${name}"]`)),
        ),
        censor: '[redacted]',
      },
    },
    destination,
  );
}
