import { describe, expect, it } from 'vitest';
import { AllowedOrigins } from './origins.js';

const origins = new AllowedOrigins({
  webOrigins: ['https://soups.example.org'],
  allowedHosts: ['api:4000', 'inner.example'],
  host: '127.0.0.1',
});
origins.addPort(4000);

describe('the Host list (DNS rebinding)', () => {
  it.each([
    '127.0.0.1:4000',
    'localhost:4000',
    '[::1]:4000',
    'LOCALHOST',
    'soups.example.org',
    'api:4000',
    'inner.example:80',
  ])('answers to %s', (host) => expect(origins.allowsHost(host)).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil@localhost',
    'localhost/..',
    'localhost:4000,evil',
    '127.0.0.1:4000 evil',
    '10.0.0.1',
    '0.0.0.0:4000',
  ])('does not answer to %s', (host) => expect(origins.allowsHost(host)).toBe(false));
});

describe('the Origin list', () => {
  it.each([undefined, 'https://soups.example.org', 'http://127.0.0.1:4000', 'http://localhost:4000'])(
    'lets %s in',
    (origin) => expect(origins.allowsOrigin(origin)).toBe(true),
  );

  it.each([
    'null',
    'http://soups.example.org',
    'https://soups.example.org.evil.example',
    'http://127.0.0.1:4001',
    'https://evil.example',
    '',
  ])('keeps %s out', (origin) => expect(origins.allowsOrigin(origin)).toBe(false));
});
