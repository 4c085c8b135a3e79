import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { writeFileAtomically } from '../artifacts/file-store.js';
import { HashCache } from '../artifacts/hash-cache.js';
import { keepNewest } from '../artifacts/keep-newest.js';
import { makeFolder } from '../artifacts/make-folder.js';
import { canonicalJson, hashJson, sha256Hex } from '../json.js';
import type { DatasetParameters } from '../recipe/parameters.js';
import { IMAGE_DECODER } from './decoding/decoder.js';
import { folderFingerprint } from './folder-fingerprint.js';
import { type DatasetManifest, parseManifest } from './manifest.js';
import { registerDataset } from './register.js';
import type { RegisterOptions } from './register-examples.js';

/** Of what is kept: another version registers everything anew. */
const VERSION = 1;
/** Manifests and hashes of other data that stay: they are as long as there are examples. */
const KEPT_BYTES = 2 ** 30;

/** Where a home keeps hashes of the files of a folder of data. */
export function dataHashes(home: string, folder: string): Promise<HashCache> {
  return HashCache.open(hashesFile(home, folder));
}

function hashesFile(home: string, folder: string): string {
  return join(home, 'data', `${sha256Hex(resolve(folder))}.hashes`);
}

/**
 * Registers a folder, unless the very same content was registered before with the same parameters: then its manifest is kept in
 * the home. Whether the content is the same is told by the hashes of all files, which are computed again for those of which
 * anything changed; and every example is held against its hash when it is read.
 *
 * @param home where manifests and hashes are kept, those used last, up to 1 GiB beside those at hand; null registers every time
 * @throws as `registerDataset`
 */
export async function keptRegistration(
  parameters: DatasetParameters,
  folder: string,
  home: string | null,
  options: RegisterOptions = {},
): Promise<DatasetManifest> {
  const register = async () => (await registerDataset(parameters, folder, options)).manifest;
  if (home === null) return register();
  const hashes = await dataHashes(home, folder);
  const fingerprint = () => folderFingerprint(folder, { hashedBytes: Number.POSITIVE_INFINITY, hashes });
  const before = await fingerprint();
  await hashes.save();
  const { source, ...told } = parameters;
  const key = hashJson({ version: VERSION, fingerprint: before, decoder: IMAGE_DECODER, parameters: toJson(told) });
  const file = join(home, 'data', `${key}.json`);
  const used = [file, hashesFile(home, folder)] as const;
  const kept = await readKept(file);
  if (kept !== null) {
    await tidy(used);
    return { ...kept, source };
  }
  const manifest = await register();
  // What changed while it was read belongs under neither name.
  if ((await fingerprint()) === before) await keep(file, manifest);
  await tidy(used);
  return manifest;
}

async function tidy(used: readonly [string, ...string[]]): Promise<void> {
  try {
    await keepNewest(dirname(used[0]), { pattern: /^[0-9a-f]{64}\.(?:json|hashes)$/, used, bytes: KEPT_BYTES });
  } catch {
    // It is only larger than it should be.
  }
}

async function readKept(file: string): Promise<DatasetManifest | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const end = text.indexOf('\n');
  const body = text.slice(end + 1);
  if (end !== 64 || createHash('sha256').update(body).digest('hex') !== text.slice(0, end)) return null;
  return parseManifest(body, file);
}

async function keep(file: string, manifest: DatasetManifest): Promise<void> {
  const body = canonicalJson(toJson(manifest));
  try {
    await makeFolder(dirname(file));
    await writeFileAtomically(file, `${sha256Hex(body)}\n${body}`);
  } catch {
    // The next call registers again.
  }
}

function toJson(value: object) {
  return JSON.parse(JSON.stringify(value));
}
