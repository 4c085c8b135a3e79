'use client';

import { createContext, type ReactNode, use, useState } from 'react';
import { Provider } from 'urql';
import { ConnectionStatus } from './connection-status';
import { createApiClient } from './create-api-client';

interface ApiContext {
  readonly url: string;
  readonly status: ConnectionStatus;
}

const Context = createContext<ApiContext | null>(null);

/** Hands the API's address, which the server read when it rendered the page, to everything in the browser. */
export function ApiProvider({ url, children }: { url: string; children: ReactNode }) {
  const [api] = useState(() => {
    const status = new ConnectionStatus();
    return { url, status, client: createApiClient(url, status) };
  });
  return (
    <Context value={api}>
      <Provider value={api.client}>{children}</Provider>
    </Context>
  );
}

export function useApi(): ApiContext {
  const api = use(Context);
  if (!api) throw new Error('useApi was called outside of ApiProvider; wrap the tree in it.');
  return api;
}
