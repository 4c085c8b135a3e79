'use client';

import { useSyncExternalStore } from 'react';
import { useApi } from './api-provider';
import type { ConnectionState } from './connection-status';

export function useConnection(): ConnectionState {
  const { status } = useApi();
  return useSyncExternalStore(status.subscribe, status.get, () => 'idle');
}
