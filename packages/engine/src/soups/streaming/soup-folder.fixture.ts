/** @file A folder of models to mix and of their soups. Used by tests only. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import { encodeSafetensors } from '../../checkpoints/safetensors.js';
import type { Tensors } from '../pantry.fixture.js';
import { openThreads, type Workforce, writeSoup } from './index.js';

export interface SoupFolder extends AsyncDisposable {
  /** A path in the folder that nothing else has. */
  path(kind: string): string;
  /** Writes a model; returns its path. */
  model(tensors: Tensors): Promise<string>;
  /** A path for a soup. */
  output(): string;
  /** Cooks a soup and reads it as `tensorsOf` does. */
  cooked(method: string, ingredients: readonly string[], more?: object): Promise<Record<string, string>>;
}

export async function openSoupFolder(): Promise<SoupFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'stockpot soups '));
  let files = 0;
  const path = (kind: string) => join(folder, `${kind} ${files++}`);
  const output = () => `${path('soup')}.safetensors`;
  return {
    path,
    output,
    async model(tensors) {
      const target = `${path('model')}.safetensors`;
      await writeFile(target, encodeSafetensors(new Map(Object.entries(tensors))));
      return target;
    },
    async cooked(method, ingredients, more = {}) {
      const target = output();
      await writeSoup({ method, ingredients, output: target, ...more });
      return tensorsOf(target);
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

export interface SoupKitchen extends Omit<SoupFolder, typeof Symbol.asyncDispose> {
  /** Two of them, open as long as the tests of the file run. */
  readonly threads: Workforce;
}

/** A folder and threads for all tests of a file: opened before the first of them, gone after the last. */
export function soupKitchen(): SoupKitchen {
  let place: SoupFolder;
  let threads: Workforce;
  beforeAll(async () => {
    place = await openSoupFolder();
    threads = await openThreads(2);
  });
  afterAll(async () => {
    await threads[Symbol.asyncDispose]();
    await place[Symbol.asyncDispose]();
  });
  return {
    path: (kind) => place.path(kind),
    model: (tensors) => place.model(tensors),
    output: () => place.output(),
    cooked: (...order) => place.cooked(...order),
    get threads() {
      return threads;
    },
  };
}

/** The tensors of a checkpoint, as raw bytes by name. */
export async function tensorsOf(path: string): Promise<Record<string, string>> {
  await using reader = await openCheckpoint(path);
  const bytes: [string, string][] = [];
  for (const name of [...reader.tensors.keys()].sort()) {
    const { buffer, byteOffset, byteLength } = (await reader.read(name)).data;
    bytes.push([name, Buffer.from(buffer, byteOffset, byteLength).toString('hex')]);
  }
  return Object.fromEntries(bytes);
}
