import { chmodSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureSecret } from './secrets.js';

describe('the secrets of an installation', () => {
  it('are random, made once, and readable by their owner only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot '));
    const secret = ensureSecret(folder, 'session');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(ensureSecret(folder, 'session')).toBe(secret);
    expect(statSync(join(folder, 'session')).mode & 0o777).toBe(0o600);
    expect(ensureSecret(mkdtempSync(join(tmpdir(), 'stockpot ')), 'session')).not.toBe(secret);
  });

  it('have their permissions mended, and are refused when they are too short', () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot '));
    ensureSecret(folder, 'session');
    chmodSync(join(folder, 'session'), 0o644);
    ensureSecret(folder, 'session');
    expect(statSync(join(folder, 'session')).mode & 0o777).toBe(0o600);
    writeFileSync(join(folder, 'session'), 'secret\n');
    expect(() => ensureSecret(folder, 'session')).toThrow('too short to be safe');
  });
});
