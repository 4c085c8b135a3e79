import { z } from 'zod';

/** The environment is wrong; the message has one line a mistake, each a sentence with the next step. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host);
}

const WEAK = /secret|password|changeme|change-me|default|example|better-auth|stockpot/i;

/** Why a session secret is too weak, or null. Length alone is not enough: 32 times "a" is a default secret too. */
export function weakness(secret: string): string | null {
  if (secret.length < 32) return `it has ${secret.length} characters and needs at least 32`;
  if (new Set(secret).size < 10) return 'it repeats fewer than 10 different characters';
  if (WEAK.test(secret)) return 'it contains a word that default secrets are made of';
  return null;
}

const origin = z.string().transform((text, context) => {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username) {
    context.addIssue({ code: 'custom', message: `"${text}" is not an origin. Write it like http://127.0.0.1:3000.` });
    return z.NEVER;
  }
  return url.origin;
});

const list = (text: string) => text.split(',').filter((entry) => entry.trim() !== '');

const schema = z.object({
  DATABASE_URL: z
    .string({
      error:
        'is not set. Give the address of a PostgreSQL 15 or newer, like postgres://user:password@host:5432/database.',
    })
    .regex(/^postgres(ql)?:\/\//, 'does not start with postgres://. Give the address of a PostgreSQL database.'),
  STOCKPOT_API_PORT: z.coerce
    .number({ error: 'is not a number. Give a port from 0 (any free one) to 65535.' })
    .int('is not a whole number. Give a port from 0 (any free one) to 65535.')
    .min(0, 'is negative. Give a port from 0 (any free one) to 65535.')
    .max(65535, 'is too large. Give a port from 0 (any free one) to 65535.')
    .default(4000),
  STOCKPOT_HOST: z.string().min(1, 'is empty. Give an address to listen on, like 127.0.0.1.').default('127.0.0.1'),
  STOCKPOT_WEB_ORIGIN: z
    .string()
    .default('http://127.0.0.1:3000,http://localhost:3000')
    .transform(list)
    .pipe(z.array(origin).min(1, 'is empty. Give the address of the dashboard, like http://127.0.0.1:3000.')),
  STOCKPOT_ALLOWED_HOSTS: z.string().default('').transform(list),
  STOCKPOT_SECRET: z
    .string({ error: 'is not set. Make one with: openssl rand -base64 48' })
    .superRefine((secret, context) => {
      const why = weakness(secret);
      if (why) context.addIssue({ code: 'custom', message: `is weak: ${why}. Make one with: openssl rand -base64 48` });
    }),
  STOCKPOT_BLOBS: z
    .string({ error: 'is not set. Give the folder of the blob store, the same as the worker has.' })
    .min(1, 'is empty. Give the folder of the blob store, the same as the worker has.'),
  STOCKPOT_ALLOW_PLAIN_HTTP: z.enum(['yes', 'no'], { error: 'is neither yes nor no.' }).default('no'),
  STOCKPOT_TRUST_PROXY: z.enum(['yes', 'no'], { error: 'is neither yes nor no.' }).default('no'),
  STOCKPOT_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'is not one of trace, debug, info, warn, error, silent.',
    })
    .default('info'),
});

/** What the server was told by its environment, checked. */
export interface Environment {
  readonly databaseUrl: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly host: string;
  /** Origins of the dashboard; pages from them may use the API with the viewer's cookie. The first is the main one. */
  readonly webOrigins: readonly string[];
  /** Further names under which the server may be addressed (Host header), for example inside of a container network. */
  readonly allowedHosts: readonly string[];
  readonly secret: string;
  /** Folder of the content-addressed store. */
  readonly blobs: string;
  /** Whether the nearest hop is our own proxy, so that its X-Forwarded-For is believed. */
  readonly trustProxy: boolean;
  readonly logLevel: string;
}

/**
 * Reads the environment.
 *
 * @throws EnvironmentError with every mistake at once
 */
export function readEnvironment(variables: Readonly<Record<string, string | undefined>>): Environment {
  const parsed = schema.safeParse(variables);
  if (!parsed.success) {
    throw new EnvironmentError(
      parsed.error.issues.map((issue) => `${String(issue.path[0])} ${issue.message}`).join('\n'),
    );
  }
  const values = parsed.data;
  const plain = values.STOCKPOT_WEB_ORIGIN.filter(
    (entry) => entry.startsWith('http://') && !isLoopback(new URL(entry).hostname),
  );
  const open = !isLoopback(values.STOCKPOT_HOST);
  if ((open || plain.length > 0) && values.STOCKPOT_ALLOW_PLAIN_HTTP === 'no') {
    const tls = values.STOCKPOT_WEB_ORIGIN.every((entry) => entry.startsWith('https://'));
    if (!tls) {
      throw new EnvironmentError(
        `STOCKPOT_HOST is ${values.STOCKPOT_HOST} and STOCKPOT_WEB_ORIGIN is ${values.STOCKPOT_WEB_ORIGIN.join(',')}: sessions would cross the network unencrypted. Put a proxy with TLS in front and give its https:// address as STOCKPOT_WEB_ORIGIN, listen on 127.0.0.1, or set STOCKPOT_ALLOW_PLAIN_HTTP=yes on a network you trust.`,
      );
    }
  }
  return {
    databaseUrl: values.DATABASE_URL,
    port: values.STOCKPOT_API_PORT,
    host: values.STOCKPOT_HOST,
    webOrigins: values.STOCKPOT_WEB_ORIGIN,
    allowedHosts: values.STOCKPOT_ALLOWED_HOSTS.map((host) => host.trim()),
    secret: values.STOCKPOT_SECRET,
    blobs: values.STOCKPOT_BLOBS,
    trustProxy: values.STOCKPOT_TRUST_PROXY === 'yes',
    logLevel: values.STOCKPOT_LOG_LEVEL,
  };
}
