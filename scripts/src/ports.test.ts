import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { choosePorts, isFree } from './ports.js';

const servers: Server[] = [];

function occupy(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  return new Promise((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)));
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const wish = (preferred: number, value?: string) => ({ name: 'web', variable: 'STOCKPOT_WEB_PORT', value, preferred });

describe('choosing ports', () => {
  it('steps past a port that another program has, on loopback or on every address', async () => {
    for (const host of ['127.0.0.1', '0.0.0.0']) {
      const taken = await occupy(host);
      const { web } = await choosePorts(mkdtempSync(join(tmpdir(), 'stockpot ')), [wish(taken)]);
      expect(web).toBeGreaterThan(taken);
      expect(await isFree(web ?? 0)).toBe(true);
    }
  });

  it('keeps the port that was used last time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot '));
    const taken = await occupy('127.0.0.1');
    const first = await choosePorts(folder, [wish(taken)]);
    for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
    expect(await choosePorts(folder, [wish(taken)])).toEqual(first);
  });

  it('never gives two services one port', async () => {
    const chosen = await choosePorts(mkdtempSync(join(tmpdir(), 'stockpot ')), [
      { ...wish(42_000), name: 'api' },
      { ...wish(42_000), name: 'web' },
    ]);
    expect(chosen.api).not.toBe(chosen.web);
  });

  it('refuses when the port that was asked for is taken or none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockpot '));
    const taken = await occupy('127.0.0.1');
    await expect(choosePorts(folder, [wish(3000, String(taken))])).rejects.toThrow(
      `Port ${taken}, which STOCKPOT_WEB_PORT asks for, is taken by another program.`,
    );
    await expect(choosePorts(folder, [wish(3000, 'http')])).rejects.toThrow(
      "STOCKPOT_WEB_PORT is 'http', which is not a port.",
    );
  });
});
