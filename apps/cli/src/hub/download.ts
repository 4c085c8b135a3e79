import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type HubFile, type HubOptions, refusal, request, unreachable } from './client.js';
import { HubError } from './errors.js';
import type { HubReference } from './reference.js';

/** Attempts that come no further before a download is given up. */
const ATTEMPTS = 4;
const PAUSE_MS = 500;

export interface DownloadOrder {
  readonly url: string;
  readonly file: HubFile;
  /** Where the whole file goes. */
  readonly path: string;
  readonly reference: HubReference;
  readonly hub: HubOptions;
  readonly signal: AbortSignal;
  /** Called with the bytes of this file that are there. */
  readonly onProgress?: (done: number) => void;
  /** Milliseconds between attempts; less in tests. */
  readonly pause?: number;
}

/**
 * Fetches a file: into `<path>.partial`, from where an earlier attempt stopped; when its size and hash are those that the
 * hub told, it takes its name. Throws HubError; what was fetched is kept for the next attempt unless it is wrong.
 */
export async function download(order: DownloadOrder): Promise<void> {
  const { path, file } = order;
  const partial = `${path}.partial`;
  if (await isThere(path)) return;
  for (let failed = 0; ; ) {
    const before = await sizeOf(partial);
    const ended =
      file.size !== undefined && before === file.size && before > 0 ? undefined : await attempt(order, partial);
    const now = await sizeOf(partial);
    if (ended === undefined && (file.size === undefined || now === file.size)) break;
    if (file.size !== undefined && now > file.size) {
      await forget(partial);
      throw new HubError(
        `${file.name} is longer than the ${file.size} bytes that the hub told.`,
        'Something between here and the hub changes files; nothing of it was kept.',
      );
    }
    failed = now > before ? 1 : failed + 1;
    if (failed >= ATTEMPTS) {
      throw (
        ended ??
        new HubError(
          `${file.name} broke off ${ATTEMPTS} times after ${now} of ${file.size} bytes.`,
          'Run it again: it goes on from there.',
        )
      );
    }
    await wait((order.pause ?? PAUSE_MS) * failed, undefined, { signal: order.signal });
  }
  await check(file, partial);
  await rename(partial, path);
  await rm(`${partial}.etag`, { force: true });
}

/** One request; resolves with the error when the connection broke, throws for a refusal. */
async function attempt(order: DownloadOrder, partial: string): Promise<HubError | undefined> {
  const { url, hub, signal, reference, file, onProgress } = order;
  const from = await sizeOf(partial);
  const etag = await readFile(`${partial}.etag`, 'utf8').catch(() => undefined);
  const resume = from > 0 && etag !== undefined;
  const headers: Record<string, string> = resume
    ? { range: `bytes=${from}-`, 'if-range': etag, 'accept-encoding': 'identity' }
    : { 'accept-encoding': 'identity' };
  let response: Response;
  try {
    response = await request(url, hub, { signal, headers });
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  if (response.status === 416) {
    await forget(partial);
    return new HubError(`${file.name} changed on the hub while it was fetched.`, 'Run it again.');
  }
  if (response.status >= 500) return refusal(response, reference, hub);
  if (!response.ok || response.body === null) throw refusal(response, reference, hub);
  const continued =
    response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${from}-`) === true;
  if (response.status === 206 && !continued) {
    await forget(partial);
    return new HubError(`The hub sent another part of ${file.name} than was asked for.`, 'Run it again.');
  }
  const tag = response.headers.get('etag');
  if (!continued && tag !== null && !tag.startsWith('W/')) await writeFile(`${partial}.etag`, tag);
  const handle = await open(partial, continued ? 'a' : 'w');
  try {
    let done = continued ? from : 0;
    const limit = file.size ?? Number.POSITIVE_INFINITY;
    for await (const chunk of response.body) {
      await writeAll(handle, chunk);
      done += chunk.length;
      onProgress?.(done);
      // More than was told: the caller refuses it; a stream without end must not fill the disk.
      if (done > limit) return undefined;
    }
    await handle.sync();
    return undefined;
  } catch (cause) {
    if (signal.aborted) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC') {
      throw new HubError(
        `The disk is full: ${file.name} does not fit.`,
        'Free some space and run it again: it goes on from there.',
      );
    }
    return unreachable(hub.endpoint, cause);
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten;
}

/** Holds the bytes against the hash that the hub tells: SHA-256 of large files, the git blob of small ones. */
async function check({ name, sha256, blob, size }: HubFile, partial: string): Promise<void> {
  const expected = sha256 ?? blob;
  if (expected === undefined) return;
  const hash = createHash(sha256 === undefined ? 'sha1' : 'sha256');
  if (sha256 === undefined) hash.update(`blob ${size ?? (await sizeOf(partial))}\0`);
  for await (const chunk of createReadStream(partial, { highWaterMark: 1 << 20 })) hash.update(chunk);
  const found = hash.digest('hex');
  if (found === expected) return;
  await forget(partial);
  throw new HubError(
    `${name} hashes to ${found}, where the hub tells ${expected}: it was damaged or changed on its way.`,
    'Run it again; nothing of it was kept.',
  );
}

async function forget(partial: string): Promise<void> {
  await rm(partial, { force: true });
  await rm(`${partial}.etag`, { force: true });
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
