import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from './logger.js';

it('writes no credential, wherever somebody logs one', () => {
  let lines = '';
  const log = createLogger(
    'info',
    new Writable({
      write: (chunk, _encoding, done) => {
        lines += String(chunk);
        done();
      },
    }),
  );
  const canary = 'canary-5f1e';
  log.info({ password: canary, token: canary }, 'flat');
  log.info({ req: { headers: { cookie: canary, authorization: canary, 'x-api-key': canary } } }, 'a request');
  log.info({ body: { user: { newPassword: canary } }, res: { headers: { 'set-cookie': canary } } }, 'nested');
  log.error(
    { err: Object.assign(new Error('failed'), { connectionString: canary, config: { password: canary } }) },
    'an error',
  );
  expect(lines).not.toContain(canary);
  expect(lines.match(/\[redacted\]/g)?.length).toBe(9);
  expect(lines).toContain('a request');
});
