import type { Db } from '@stockpot/db';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The server's measurements for Prometheus. Labels have few values by construction: never an id, a name or an address. */
export interface Metrics {
  readonly registry: Registry;
  /** Seconds from the first byte in to the last byte out, by method, route pattern and status. */
  readonly httpSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Seconds a GraphQL operation took, by its type (query, mutation, subscription) and outcome (ok, error, refused). */
  readonly operationSeconds: Histogram<'operation' | 'outcome'>;
  /** Errors that were our fault. */
  readonly unexpectedErrors: Counter;
  /** Open WebSockets. */
  readonly sockets: Gauge;
}

/** @param subscriptions how many are running now; asked at each scrape */
export function createMetrics(db: Db, subscriptions: () => number): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
  new Gauge({
    name: 'stockpot_database_connections',
    help: 'Connections of the pool by state.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      const { pool } = db;
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waited_for' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'stockpot_subscriptions',
    help: 'Running subscriptions.',
    registers,
    collect() {
      this.set(subscriptions());
    },
  });
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'stockpot_http_request_duration_seconds',
      help: 'Time of an HTTP request.',
      labelNames: ['method', 'route', 'status'] as const,
      buckets,
      registers,
    }),
    operationSeconds: new Histogram({
      name: 'stockpot_graphql_operation_duration_seconds',
      help: 'Time of a GraphQL operation; of a subscription, until its first event or its end.',
      labelNames: ['operation', 'outcome'] as const,
      buckets,
      registers,
    }),
    unexpectedErrors: new Counter({
      name: 'stockpot_unexpected_errors_total',
      help: 'Errors that were the fault of the server.',
      registers,
    }),
    sockets: new Gauge({ name: 'stockpot_websockets', help: 'Open WebSockets.', registers }),
  };
}
