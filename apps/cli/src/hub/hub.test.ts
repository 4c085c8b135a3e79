import { mkdtempDisposableSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '@stockpot/engine/checkpoints';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_ENDPOINT, hubOptions } from './client.js';
import { HubError } from './errors.js';
import { type FetchedModel, fetchModel } from './fetch-model.js';
import { COMMIT, type HubServer, openHub } from './hub-server.fixture.js';
import { parseHubReference } from './reference.js';

const root = mkdtempDisposableSync(join(tmpdir(), 'stockpot hub '));
afterAll(() => root.remove());

const weights = encodeSafetensors(
  new Map([['a', { dtype: 'f32' as const, shape: [5000], data: Float32Array.from({ length: 5000 }, (_, i) => i) }]]),
);
const config = Buffer.from('{"model_type": "vit"}');
const reference = parseHubReference('hf:owner/name');

let hub: HubServer;
let folder = '';
let count = 0;
beforeEach(async () => {
  folder = join(root.path, String(count++));
  hub = await openHub({
    'config.json': { data: config },
    'README.md': { data: Buffer.from('unwanted') },
    'pytorch_model.bin': { data: Buffer.from('PK'), large: true },
    'model.safetensors': { data: weights, large: true },
  });
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
});

function fetched(token?: string): Promise<FetchedModel> {
  const signal = new AbortController().signal;
  return fetchModel(reference, folder, { hub: { endpoint: hub.endpoint, token }, signal, pause: 1 });
}
async function refusal(token?: string): Promise<HubError> {
  const error = await fetched(token).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HubError) return error;
  throw error ?? new Error('It was fetched.');
}
const parts = () => hub.seen.filter(({ host }) => host === 'storage').map(({ range }) => range);

describe('a model on a hub', () => {
  test('is fetched with its configuration and nothing else, its revision pinned to a commit', async () => {
    const { folder: place, source } = await fetched();
    expect(source).toBe(`hf:owner/name@${COMMIT}`);
    expect(place).toBe(join(folder, COMMIT));
    expect((await readdir(place)).sort()).toEqual(['config.json', 'model.safetensors']);
    expect(await readFile(join(place, 'model.safetensors'))).toEqual(Buffer.from(weights));
  });

  test('is not fetched again when it is there', async () => {
    await fetched();
    const before = hub.seen.length;
    await fetched();
    expect(hub.seen.slice(before).map(({ url }) => url.split('?')[0])).toEqual([
      '/api/models/owner/name/revision/main',
    ]);
  });

  test('in shards comes with every file that its index names', async () => {
    hub.files.delete('model.safetensors');
    const index = { weight_map: { a: 'model-00001-of-00002.safetensors', b: 'model-00002-of-00002.safetensors' } };
    hub.files.set('model.safetensors.index.json', { data: Buffer.from(JSON.stringify(index)) });
    hub.files.set('model-00001-of-00002.safetensors', { data: weights, large: true });
    hub.files.set('model-00002-of-00002.safetensors', { data: weights, large: true });
    const { folder: place } = await fetched();
    expect(await readdir(place)).toHaveLength(4);
  });

  test('with a token: the hub sees it, the host that it sends on to does not', async () => {
    hub.token = 'hf_secret';
    await fetched('hf_secret');
    expect(
      hub.seen.filter(({ host }) => host === 'hub').every(({ authorization }) => authorization === 'Bearer hf_secret'),
    ).toBe(true);
    expect(hub.seen.filter(({ host }) => host === 'storage').map(({ authorization }) => authorization)).toEqual([
      undefined,
    ]);
  });
});

describe('a connection that breaks', () => {
  test('is taken up where it stopped', async () => {
    hub.breaks.push(config.length, 7000, 6000);
    await fetched();
    expect(parts()).toEqual([undefined, 'bytes=7000-', 'bytes=13000-']);
  });

  test('is given up after four attempts that come no further, and taken up by the next run', async () => {
    hub.breaks.push(config.length, 7000, 0, 0, 0, 0, 0);
    const error = await refusal();
    expect(error.message).toMatch(/cannot be reached|broke off/);
    hub.breaks.splice(0);
    const { folder: place } = await fetched();
    expect(parts().at(-1)).toBe('bytes=7000-');
    expect(await readFile(join(place, 'model.safetensors'))).toEqual(Buffer.from(weights));
  });

  test('over a file that changed meanwhile begins anew', async () => {
    hub.breaks.push(config.length, 7000);
    hub.etag = '"before"';
    const work = fetched();
    while (parts().length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    hub.etag = '"after"';
    const { folder: place } = await work;
    expect(await readFile(join(place, 'model.safetensors'))).toEqual(Buffer.from(weights));
  });

  test('after a server error is tried again', async () => {
    hub.failures.push(503, 502);
    await fetched();
  });
});

describe('what is not what the hub told is not kept', () => {
  test.each([
    [
      'another hash',
      { sha256: 'ab'.repeat(32) },
      /model.safetensors hashes to [0-9a-f]{64}, where the hub tells (ab){32}/,
    ],
    ['more bytes', { size: 100 }, /model.safetensors is longer than the 100 bytes that the hub told/],
  ])('%s', async (_, claimed, message) => {
    hub.files.set('model.safetensors', { data: weights, large: true, claimed });
    expect((await refusal()).message).toMatch(message);
    expect(await readdir(join(folder, COMMIT))).toEqual(['config.json']);
  });

  test('an index that leaves the folder', async () => {
    hub.files.delete('model.safetensors');
    const index = { weight_map: { a: '../../../.ssh/authorized_keys.safetensors' } };
    hub.files.set('model.safetensors.index.json', { data: Buffer.from(JSON.stringify(index)) });
    await expect(fetched()).rejects.toThrow(/which is not the name of a .safetensors file beside it/);
  });

  test('an index of files that are not there', async () => {
    hub.files.delete('model.safetensors');
    hub.files.set('model.safetensors.index.json', { data: Buffer.from('{"weight_map": {"a": "gone.safetensors"}}') });
    expect((await refusal()).message).toMatch(/names gone.safetensors in its index and does not have it/);
  });
});

describe('what cannot be fetched ends with a sentence and the next step', () => {
  test.each([
    [401, undefined, undefined, /owner\/name at \S+ is not public, or is not there/, /set HF_TOKEN/],
    [403, undefined, 'hf_wrong', /The token in HF_TOKEN may not read owner\/name/, /Use a token/],
    [403, 'GatedRepo', 'hf_right', /is gated: its owner asks who fetches it/, /Accept its terms/],
    [404, 'RepoNotFound', undefined, /There is no model owner\/name/, /Check the owner/],
    [404, 'RevisionNotFound', undefined, /has no revision 'main'/, /Name a branch/],
    [429, undefined, undefined, /asks to be left alone/, /Wait some minutes/],
    [500, undefined, undefined, /answers 500 Internal Server Error about owner\/name/, /Try again later/],
    [200, undefined, undefined, /does not answer as a hub does/, /Check the endpoint/],
  ])('%s %s', async (status, code, token, message, advice) => {
    hub.refuseList = code === undefined ? { status } : { status, code };
    const error = await refusal(token);
    expect(error.message).toMatch(message);
    expect(error.advice).toMatch(advice);
    expect(error.message).not.toContain('hf_');
  });

  test('a model that is pickled', async () => {
    hub.files.delete('model.safetensors');
    const error = await refusal();
    expect(error.message).toBe(
      'owner/name has no model in safetensors; it has pytorch_model.bin, which Stockpot does not open.',
    );
    expect(error.advice).toMatch(/safe_serialization=True/);
  });

  test('no network', async () => {
    const closed = hub.endpoint;
    await hub[Symbol.asyncDispose]();
    hub = await openHub({});
    const signal = new AbortController().signal;
    const work = fetchModel(reference, folder, { hub: { endpoint: closed, token: undefined }, signal });
    await expect(work).rejects.toThrow(/The hub at http:\/\/127.0.0.1:\d+ cannot be reached: .*ECONNREFUSED/);
  });
});

describe('which hub', () => {
  test('the option, then HF_ENDPOINT, then the public one; the token from HF_TOKEN', () => {
    const environment = { HF_ENDPOINT: 'https://mirror.example/', HF_TOKEN: ' hf_x ' };
    expect(hubOptions('https://other.example', environment)).toEqual({
      endpoint: 'https://other.example',
      token: 'hf_x',
    });
    expect(hubOptions(undefined, environment).endpoint).toBe('https://mirror.example');
    expect(hubOptions(undefined, {})).toEqual({ endpoint: DEFAULT_ENDPOINT, token: undefined });
  });

  test('never one that a token would reach in the clear', () => {
    for (const endpoint of ['http://hub.example', 'ftp://hub.example', 'file:///etc', 'hub']) {
      expect(() => hubOptions(endpoint, {})).toThrow(/is no address of a hub/);
    }
  });

  test.each([
    'hf:',
    'hf:a/b/c',
    'hf:../b',
    'hf:a/..',
    'hf:a/b@',
    'hf:a/b@../x',
    'hf:a/b@c@d',
    'hf:a b/c',
    'hf:a/b?x=1',
  ])('%s names no model', (text) => {
    expect(() => parseHubReference(text)).toThrow(/names no model on a hub/);
  });
});
