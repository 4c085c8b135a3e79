import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Home } from './home.js';
import { answersAt, saysReady } from './readiness.js';
import type { ServiceSpec } from './service.js';

export interface ServiceSettings {
  /** The checkout. */
  readonly root: string;
  readonly home: Home;
  readonly databaseUrl: string;
  readonly apiPort: number;
  readonly webPort: number;
  /** Signs sessions. */
  readonly secret: string;
  /** Stable name of this installation's worker. */
  readonly workerId: string;
  readonly slots: number;
}

export const apiUrl = (settings: ServiceSettings): string => `http://127.0.0.1:${settings.apiPort}`;
export const webUrl = (settings: ServiceSettings): string => `http://127.0.0.1:${settings.webPort}`;

/** The GraphQL server. */
export function apiService(settings: ServiceSettings): ServiceSpec {
  const cwd = join(settings.root, 'apps', 'api');
  return {
    role: 'api',
    title: 'API',
    args: [join(cwd, 'dist', 'main.js')],
    cwd,
    environment: {
      NODE_ENV: 'production',
      DATABASE_URL: settings.databaseUrl,
      STOCKPOT_API_PORT: String(settings.apiPort),
      STOCKPOT_HOST: '127.0.0.1',
      STOCKPOT_WEB_ORIGIN: `${webUrl(settings)},http://localhost:${settings.webPort}`,
      STOCKPOT_SECRET: settings.secret,
      STOCKPOT_BLOBS: settings.home.blobs,
    },
    ready: answersAt(`${apiUrl(settings)}/health`),
  };
}

/** The dashboard. It knows the API's address and nothing else: no database address, no secret. */
export function webService(settings: ServiceSettings): ServiceSpec {
  const cwd = join(settings.root, 'apps', 'web');
  // `next start` behind npx or a shell would leave a child alive: its own file is run, and signalled by its own id.
  const next = join(
    dirname(createRequire(join(cwd, 'package.json')).resolve('next/package.json')),
    'dist',
    'bin',
    'next',
  );
  return {
    role: 'web',
    title: 'dashboard',
    args: [next, 'start', '--hostname', '127.0.0.1', '--port', String(settings.webPort)],
    cwd,
    environment: {
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      STOCKPOT_API_URL: apiUrl(settings),
    },
    ready: answersAt(`${webUrl(settings)}/`),
  };
}

/** One worker on this machine's CPU. */
export function workerService(settings: ServiceSettings): ServiceSpec {
  const cwd = join(settings.root, 'apps', 'worker');
  return {
    role: 'worker',
    title: 'worker',
    args: [join(cwd, 'dist', 'main.js')],
    // Relative paths of a recipe's data ({path: ./digits}) mean the checkout, as they do for `npx stockpot cook`.
    cwd: settings.root,
    environment: {
      NODE_ENV: 'production',
      DATABASE_URL: settings.databaseUrl,
      STOCKPOT_BLOBS: settings.home.blobs,
      STOCKPOT_SCRATCH: settings.home.scratch,
      STOCKPOT_WORKER_ID: settings.workerId,
      STOCKPOT_SLOTS: String(settings.slots),
    },
    ready: saysReady,
  };
}
