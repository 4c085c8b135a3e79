import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const API = fileURLToPath(new URL('../../../apps/api/', import.meta.url));
const readyLine = z.looseObject({ url: z.url() });

/** An API in a process of its own, from its source. */
export interface ApiProcess {
  readonly url: string;
  close(): Promise<void>;
}

export async function startApi(databaseUrl: string, blobs: string): Promise<ApiProcess> {
  const child = spawn(process.execPath, ['--conditions=stockpot-source', '--import', 'tsx', 'src/main.ts'], {
    cwd: API,
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      STOCKPOT_SECRET: randomBytes(48).toString('hex'),
      STOCKPOT_BLOBS: blobs,
      STOCKPOT_API_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (first.done === true) throw new Error('The API ended before it was ready; above stands why.');
  const { url } = readyLine.parse(JSON.parse(first.value));
  return {
    url,
    async close() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
