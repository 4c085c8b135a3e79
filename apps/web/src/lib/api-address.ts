/**
 * Where the API is, read when a request is answered so that one build serves every installation.
 * `STOCKPOT_API_URL` is the address as this server reaches it; `STOCKPOT_PUBLIC_API_URL` is the one browsers use, needed
 * only where they differ (containers behind a proxy).
 */
export function serverApiUrl(): string {
  return trimmed(process.env.STOCKPOT_API_URL) ?? 'http://127.0.0.1:4000';
}

export function browserApiUrl(): string {
  return trimmed(process.env.STOCKPOT_PUBLIC_API_URL) ?? serverApiUrl();
}

/** `http://host:4000` → `ws://host:4000`, `https` → `wss`. */
export function webSocketUrl(httpUrl: string): string {
  return httpUrl.replace(/^http/, 'ws');
}

function trimmed(value: string | undefined): string | undefined {
  const text = value?.trim().replace(/\/+$/, '');
  return text ? text : undefined;
}
