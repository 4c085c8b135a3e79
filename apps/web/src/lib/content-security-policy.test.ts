import { expect, it } from 'vitest';
import { contentSecurityPolicy } from './content-security-policy';

const policy = (development = false) =>
  contentSecurityPolicy({ nonce: 'bm9uY2U=', apiUrl: 'https://api.example:4000/', development });

it('lets the page talk to itself and to the API, by HTTP and by WebSocket, and to nobody else', () => {
  expect(policy()).toContain("connect-src 'self' https://api.example:4000 wss://api.example:4000;");
});

it('never allows eval or inline scripts in the built product', () => {
  const scripts = policy()
    .split('; ')
    .find((directive) => directive.startsWith('script-src'));
  expect(scripts).toBe("script-src 'self' 'nonce-bm9uY2U=' 'strict-dynamic'");
  expect(policy()).toContain("frame-ancestors 'none'");
  expect(policy()).toContain("object-src 'none'");
});

it('allows the development server its eval', () => {
  expect(policy(true)).toContain("'unsafe-eval'");
});
