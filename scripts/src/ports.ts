import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode, Refusal } from './refusal.js';

const rememberedSchema = z.record(z.string(), z.number().int().min(1).max(65_535));

export interface PortWish {
  readonly name: string;
  /** The variable that fixes this port, and what it holds. */
  readonly variable: string;
  readonly value: string | undefined;
  /** Tried when the variable is not set and none is remembered. */
  readonly preferred: number;
}

/**
 * Chooses loopback ports: the one that was asked for (refused when it is taken), else the one used last time, else the
 * preferred one, else the next free one after it. What was chosen is remembered, so that addresses stay.
 */
export async function choosePorts(folder: string, wishes: readonly PortWish[]): Promise<Record<string, number>> {
  const path = join(folder, 'ports.json');
  const remembered = readRemembered(path);
  const chosen: Record<string, number> = {};
  for (const wish of wishes) {
    const taken = new Set(Object.values(chosen));
    chosen[wish.name] = wish.value
      ? await demandPort(wish, taken)
      : await findPort(remembered[wish.name] ?? wish.preferred, taken);
  }
  writeFileSync(path, `${JSON.stringify(chosen)}\n`);
  return chosen;
}

async function demandPort(wish: PortWish, taken: ReadonlySet<number>): Promise<number> {
  const port = Number(wish.value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Refusal(
      `${wish.variable} is '${wish.value}', which is not a port.`,
      'Set it to a whole number between 1 and 65535, or leave it out to have a free port chosen.',
    );
  }
  if (taken.has(port) || !(await isFree(port))) {
    throw new Refusal(
      `Port ${port}, which ${wish.variable} asks for, is taken by another program.`,
      `Stop that program, set ${wish.variable} to another port, or leave it out to have a free port chosen.`,
    );
  }
  return port;
}

async function findPort(first: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = first; port <= Math.min(first + 500, 65_535); port += 1) {
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Refusal(
    `No port between ${first} and ${first + 500} is free on 127.0.0.1.`,
    'Stop a program that listens there.',
  );
}

/** Can we listen on this loopback port now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      const code = errorCode(error);
      // EACCES: a privileged port, taken as far as we are concerned.
      if (code === 'EADDRINUSE' || code === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function readRemembered(path: string): Record<string, number> {
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return {};
  }
}
