import { webSocketUrl } from './api-address';

/**
 * The policy of one answer. Scripts and style sheets need the nonce or our own origin; style *attributes* are allowed
 * because charts and the graph canvas position things with them. Only the API may be talked to.
 */
export function contentSecurityPolicy(options: { nonce: string; apiUrl: string; development: boolean }): string {
  const { nonce, apiUrl, development } = options;
  const api = new URL(apiUrl).origin;
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    // The development server compiles with eval; the built product never does.
    'script-src': ["'self'", `'nonce-${nonce}'`, "'strict-dynamic'", ...(development ? ["'unsafe-eval'"] : [])],
    'style-src-elem': development ? ["'self'", "'unsafe-inline'"] : ["'self'", `'nonce-${nonce}'`],
    'style-src-attr': ["'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'connect-src': ["'self'", api, webSocketUrl(api), ...(development ? ['ws:'] : [])],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ');
}
