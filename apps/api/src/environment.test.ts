import { describe, expect, it } from 'vitest';
import { EnvironmentError, readEnvironment, weakness } from './environment.js';

const SECRET = 'kN3v8Qx1Zr7LmT4bYw6HsJ2dFg9CpE5u';
const GOOD = { DATABASE_URL: 'postgres://a:b@127.0.0.1/x', STOCKPOT_SECRET: SECRET, STOCKPOT_BLOBS: '/data/blobs' };

function complaint(change: Record<string, string | undefined>): string {
  try {
    readEnvironment({ ...GOOD, ...change });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  return '';
}

describe('the environment', () => {
  it('needs three values and has defaults for loopback', () => {
    expect(readEnvironment(GOOD)).toEqual({
      databaseUrl: GOOD.DATABASE_URL,
      port: 4000,
      host: '127.0.0.1',
      webOrigins: ['http://127.0.0.1:3000', 'http://localhost:3000'],
      allowedHosts: [],
      secret: SECRET,
      blobs: '/data/blobs',
      trustProxy: false,
      logLevel: 'info',
    });
  });

  it('names every mistake at once, each with the next step', () => {
    const message = complaint({
      DATABASE_URL: 'mysql://x',
      STOCKPOT_API_PORT: '70000',
      STOCKPOT_SECRET: undefined,
      STOCKPOT_BLOBS: undefined,
    });
    expect(message.split('\n')).toEqual([
      'DATABASE_URL does not start with postgres://. Give the address of a PostgreSQL database.',
      'STOCKPOT_API_PORT is too large. Give a port from 0 (any free one) to 65535.',
      'STOCKPOT_SECRET is not set. Make one with: openssl rand -base64 48',
      'STOCKPOT_BLOBS is not set. Give the folder of the blob store, the same as the worker has.',
    ]);
    expect(complaint({ STOCKPOT_API_PORT: 'http' })).toMatch(/STOCKPOT_API_PORT is not a number/);
    expect(complaint({ STOCKPOT_WEB_ORIGIN: 'localhost:3000' })).toMatch(/"localhost:3000" is not an origin/);
  });

  it.each([
    ['short', 'it has 5 characters'],
    ['a'.repeat(40), 'fewer than 10 different'],
    ['changeme-changeme-changeme-0123456789', 'default secrets'],
    ['super-secret-value-for-the-server-1', 'default secrets'],
  ])('refuses the secret %s', (secret, why) => {
    expect(weakness(secret)).toContain(why);
    expect(complaint({ STOCKPOT_SECRET: secret })).toContain('STOCKPOT_SECRET is weak');
  });

  it('never shows a secret in its complaint', () => {
    expect(complaint({ STOCKPOT_SECRET: 'canary-canary' })).not.toContain('canary');
  });

  it('refuses to send sessions over a network in clear unless told to', () => {
    expect(complaint({ STOCKPOT_HOST: '0.0.0.0' })).toMatch(/unencrypted.*STOCKPOT_ALLOW_PLAIN_HTTP=yes/s);
    expect(complaint({ STOCKPOT_WEB_ORIGIN: 'http://soups.example.org' })).toMatch(/unencrypted/);
    expect(complaint({ STOCKPOT_HOST: '0.0.0.0', STOCKPOT_WEB_ORIGIN: 'https://soups.example.org' })).toBe('');
    expect(complaint({ STOCKPOT_HOST: '0.0.0.0', STOCKPOT_ALLOW_PLAIN_HTTP: 'yes' })).toBe('');
  });
});
