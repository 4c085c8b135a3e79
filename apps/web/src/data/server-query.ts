import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { cookies } from 'next/headers';
import { serverApiUrl } from '@/lib/api-address';

export type ServerAnswer<Data> = { ok: true; data: Data } | { ok: false };

/**
 * One query while the server renders, in the reader's name (the session cookie is passed on). For what must be known
 * before the first byte: whether a lab exists, a page's title. Everything else is asked by the browser.
 */
export async function serverQuery<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<ServerAnswer<Data>> {
  try {
    const response = await fetch(`${serverApiUrl()}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: (await cookies()).toString() },
      body: JSON.stringify({ query: print(document), variables }),
      cache: 'no-store',
      signal: AbortSignal.timeout(5_000),
    });
    const body: unknown = await response.json();
    if (typeof body !== 'object' || body === null || 'errors' in body || !('data' in body)) return { ok: false };
    return { ok: true, data: body.data as Data };
  } catch {
    return { ok: false };
  }
}
