import { existsSync, mkdtempDisposableSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { type Tensor, tensorOf } from '../graph/tensor.js';
import { CheckpointError } from './errors.js';
import { checkpointHash, locateCheckpoint } from './locate.js';
import { openCheckpoint } from './open-checkpoint.js';
import { encodeSafetensors } from './safetensors.js';
import { writeCheckpoint, writeFileAtomically } from './write-checkpoint.js';

const INDEX = 'model.safetensors.index.json';
const root = mkdtempDisposableSync(join(tmpdir(), 'stockpot shards '));
afterAll(() => root.remove());

const tensors = new Map<string, Tensor>([
  ['a', tensorOf('f32', [4], [1, 2, 3, 4])],
  ['b', tensorOf('f16', [2, 2], [1, 2, 3, 4])],
  ['c', tensorOf('f32', [3], [5, 6, 7])],
  ['__proto__', tensorOf('f32', [1], [8])],
  ['0', tensorOf('i64', [], [9])],
]);
const source = (metadata: Record<string, string> = { format: 'pt' }) => ({
  types: tensors,
  metadata,
  bytesOf: async (name: string) => {
    const data = tensors.get(name)?.data ?? new Uint8Array();
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  },
});

let folder = '';
let count = 0;
beforeEach(async () => {
  folder = join(root.path, String(count++));
  await writeCheckpoint(folder, source(), { maxShardBytes: 20 });
});

/** Changes the index, as an attacker or a broken download would. */
async function editIndex(
  change: (index: { metadata: Record<string, unknown>; weight_map: Record<string, unknown> }) => unknown,
) {
  const index = JSON.parse(await readFile(join(folder, INDEX), 'utf8'));
  const made = change(index) ?? index;
  await writeFile(join(folder, INDEX), typeof made === 'string' ? made : JSON.stringify(made));
}
async function refusal(path = folder): Promise<CheckpointError> {
  try {
    await (await openCheckpoint(path)).close();
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('the checkpoint was accepted');
}

describe('a checkpoint in shards', () => {
  test('is read as one, tensor by tensor and byte range by byte range', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      'model-00001-of-00003.safetensors',
      'model-00002-of-00003.safetensors',
      'model-00003-of-00003.safetensors',
      INDEX,
    ]);
    for (const path of [folder, join(folder, INDEX)]) {
      await using checkpoint = await openCheckpoint(path);
      expect([...checkpoint.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, tensor] of tensors) expect(await checkpoint.read(name)).toEqual(tensor);
      expect(Object.fromEntries(checkpoint.metadata)).toEqual({ format: 'pt' });
      const middle = new Uint8Array(8);
      await checkpoint.readInto('a', middle, 4);
      expect([...new Float32Array(middle.buffer)]).toEqual([2, 3]);
      await expect(checkpoint.readInto('a', new Uint8Array(8), 12)).rejects.toThrow(RangeError);
      await expect(checkpoint.read('z')).rejects.toThrow(/it has no tensor "z"/);
    }
  });

  test('is the same bytes every time, and whole in one file when it is small', async () => {
    const again = join(root.path, 'again');
    const backwards = { ...source(), types: new Map([...tensors].reverse()) };
    await writeCheckpoint(again, backwards, { maxShardBytes: 20 });
    for (const name of await readdir(folder)) {
      expect(await readFile(join(again, name))).toEqual(await readFile(join(folder, name)));
    }
    await writeCheckpoint(again, backwards);
    expect(existsSync(join(again, INDEX))).toBe(false);
    expect(await readFile(join(again, 'model.safetensors'))).toEqual(
      Buffer.from(encodeSafetensors(tensors, { format: 'pt' })),
    );
    await using whole = await openCheckpoint(again);
    expect(whole.located.weights).toEqual(['model.safetensors']);
  });

  test('has one hash, which every byte of weights, index and configuration changes', async () => {
    const hash = async () => checkpointHash(await locateCheckpoint(folder));
    const seen = new Set([await hash()]);
    await writeFile(join(folder, 'unrelated.txt'), 'x');
    expect(seen).toContain(await hash());
    await writeFile(join(folder, 'config.json'), '{}');
    seen.add(await hash());
    const shard = await open(join(folder, 'model-00002-of-00003.safetensors'), 'r+');
    await shard.write(Buffer.from([1]), 0, 1, (await shard.stat()).size - 1);
    await shard.close();
    seen.add(await hash());
    expect(seen.size).toBe(3);
  });
});

describe('an index is believed as little as a header', () => {
  test.each<
    [string, (index: { metadata: Record<string, unknown>; weight_map: Record<string, unknown> }) => unknown, RegExp]
  >([
    ['no JSON', () => '{"weight_map": {', /the index cannot be read: .* at character/],
    ['no object', () => '[]', /the index is not a JSON object/],
    ['no map', () => '{"metadata": {}}', /the index has no weight_map/],
    ['an empty map', () => '{"weight_map": {}}', /the index has no weight_map/],
    ['a name twice', () => '{"weight_map": {"a": "x.safetensors", "a": "y.safetensors"}}', /stands there twice/],
    ['very deep', () => `{"weight_map": ${'['.repeat(1000)}`, /nested deeper than/],
    [
      'a number for a file',
      ({ weight_map: map }) => {
        map.a = 7;
      },
      /places tensor "a" in something that is no text/,
    ],
    [
      'a parent folder',
      ({ weight_map: map }) => {
        map.a = '../secret.safetensors';
      },
      /places tensor "a" in "\.\.\/secret.safetensors", which is not the name/,
    ],
    [
      'an absolute path',
      ({ weight_map: map }) => {
        map.a = '/etc/x.safetensors';
      },
      /not the name of a \.safetensors file beside it/,
    ],
    [
      'a backslash',
      ({ weight_map: map }) => {
        map.a = '..\\x.safetensors';
      },
      /not the name of a/,
    ],
    [
      'an encoded slash',
      ({ weight_map: map }) => {
        map.a = '..%2fx.safetensors';
      },
      /not the name of a/,
    ],
    [
      'a NUL',
      ({ weight_map: map }) => {
        map.a = 'a\u0000.safetensors';
      },
      /not the name of a/,
    ],
    [
      'a hidden file',
      ({ weight_map: map }) => {
        map.a = '.x.safetensors';
      },
      /not the name of a/,
    ],
    [
      'a pickle',
      ({ weight_map: map }) => {
        map.a = 'pytorch_model.bin';
      },
      /not the name of a/,
    ],
    [
      'a shard that is not there',
      ({ weight_map: map }) => {
        map.a = 'model-00009-of-00003.safetensors';
      },
      /the index names model-00009-of-00003.safetensors, which is not beside it/,
    ],
    [
      'a tensor of another shard',
      ({ weight_map: map }) => {
        map['0'] = map.c;
      },
      /tensor "0" lies in model-\S+, where the index places it in model-\S+/,
    ],
    [
      'a tensor that is nowhere',
      ({ weight_map: map }) => {
        map.z = map.a;
      },
      /tensor "z" is not in model-\S+, where the index places it/,
    ],
    [
      'a tensor that it hides',
      ({ weight_map: map }) => {
        delete map.b;
        delete map.c;
        map['0'] ??= 'x';
        map.c = map.a;
      },
      /tensor "(b|c)" /,
    ],
    [
      'another size',
      ({ metadata }) => {
        metadata.total_size = 1;
      },
      /the index counts 1 bytes, its files hold 48/,
    ],
    [
      'more shards than may be open',
      ({ weight_map: map }) => {
        for (let i = 0; i < 600; i++) map[`t${i}`] = `s${i}.safetensors`;
      },
      /the index names 60\d files; 512 are allowed/,
    ],
  ])('%s', async (_, change, message) => {
    await editIndex(change);
    const error = await refusal();
    expect(error.message).toMatch(message);
    expect(error.advice).not.toBe('');
  });

  test('a size that counts a bool as an eighth of a byte is not held against it', async () => {
    await editIndex(({ metadata }) => {
      metadata.total_size = 47.125;
    });
    await (await openCheckpoint(folder)).close();
  });

  test('a shard that was cut short', async () => {
    await truncate(join(folder, 'model-00003-of-00003.safetensors'), 100);
    expect((await refusal()).message).toMatch(/model-00003-of-00003.safetensors: .*(truncated|ends at byte)/);
  });

  test('a tensor in two shards', async () => {
    const [shard = ''] = (await readdir(folder)).filter((name) => name.startsWith('model-00002'));
    const { tensors: all } = await openCheckpoint(folder);
    const own = [...all].filter(([, { file }]) => file === shard).map(([name]) => name);
    const doubled = new Map([...own, 'c'].map((name) => [name, tensors.get(name) ?? tensorOf('f32', [0], [])]));
    await writeFile(join(folder, shard), encodeSafetensors(doubled, { format: 'pt' }));
    await editIndex(({ metadata }) => {
      delete metadata.total_size;
    });
    expect((await refusal()).message).toMatch(/tensor "c" lies in \S+, where the index places it in \S+/);
  });
});

describe('what is no checkpoint is refused with advice', () => {
  test('a folder without one, one with several, and nothing at all', async () => {
    const empty = join(root.path, 'empty');
    await mkdir(empty);
    expect((await refusal(empty)).message).toMatch(/it holds no safetensors file/);
    await writeFile(join(empty, 'x.safetensors'), '');
    await writeFile(join(empty, 'y.safetensors'), '');
    expect((await refusal(empty)).message).toMatch(/it holds 2 safetensors files, and 0 indexes/);
    expect((await refusal(join(empty, 'nowhere'))).message).toMatch(/there is nothing there/);
    await rm(empty, { recursive: true });
  });

  test.each([
    ['pytorch_model.bin', 'PK\u0003\u0004', 'a zip archive, as PyTorch writes'],
    ['model.pth', '\u0080\u0002}q', 'a Python pickle'],
    ['weights.npz', 'PK\u0003\u0004', 'a zip archive'],
    ['tf_model.h5', '\u0089HDF\r\n', 'an HDF5 file'],
  ])('%s in place of safetensors', async (name, head, what) => {
    const place = join(root.path, `with ${name}`);
    await mkdir(place);
    await writeFile(join(place, name), Buffer.from(head, 'latin1'));
    for (const path of [place, join(place, name)]) {
      const error = await refusal(path);
      expect(error.message).toContain(`found ${what}`);
      expect(error.advice).toMatch(/safetensors/);
    }
  });

  test('a link that leads nowhere', async () => {
    const place = join(root.path, 'dangling');
    await mkdir(place);
    await symlink(join(place, 'gone'), join(place, 'model.safetensors'));
    expect((await refusal(place)).message).toMatch(/cannot be opened/);
  });
});

describe('a writer that fails', () => {
  test('leaves the file that was there and nothing of its own', async () => {
    const place = join(root.path, 'kept');
    await mkdir(place);
    await writeFile(join(place, 'model.safetensors'), 'old');
    const failing = async function* () {
      yield Buffer.from('new');
      throw new Error('The source dried up.');
    };
    await expect(writeFileAtomically(join(place, 'model.safetensors'), failing())).rejects.toThrow('dried up');
    expect(await readdir(place)).toEqual(['model.safetensors']);
    expect(await readFile(join(place, 'model.safetensors'), 'utf8')).toBe('old');
  });

  test('says which tensor is not as long as its shape', async () => {
    const lying = { ...source(), bytesOf: async () => new Uint8Array(3) };
    await expect(writeCheckpoint(join(root.path, 'lying'), lying)).rejects.toThrow(
      /tensor "\S+" has 3 bytes, where its shape needs \d+/,
    );
  });
});
