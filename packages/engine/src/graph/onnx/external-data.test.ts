import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OnnxError, readOnnx, readOnnxFile } from './index.js';
import { elsewhere, modelFile, nodeProto } from './model-file.fixture.js';

let folder = '';
const file = (name: string) => join(folder, 'model', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockpot-onnx-'));
  await mkdir(file('parts'), { recursive: true });
  await writeFile(file('parts/weights.bin'), new Uint8Array(Float32Array.of(9, 1, 2, 3).buffer));
  await writeFile(join(folder, 'secret.bin'), new Uint8Array(64));
  await symlink(join(folder, 'secret.bin'), file('link.bin'));
});

afterAll(async () => rm(folder, { recursive: true }));

async function model(place: Record<string, string>, copies = 1): Promise<string> {
  const names = Array.from({ length: copies }, (_, i) => `weights${i}`);
  const nodes = [nodeProto('Sum', ['x', ...names], ['y'])];
  const initialisers = names.map((name, i) =>
    elsewhere(name, [3], { ...place, offset: String(Number(place.offset ?? 0) + (i % 2) * 2) }),
  );
  const path = file('model.onnx');
  await writeFile(path, modelFile({ nodes, initialisers, inputs: { x: [3] }, outputs: ['y'] }));
  return path;
}

describe('tensors that a model keeps in other files', () => {
  test('are read from the folder of the model', async () => {
    const path = await model({ location: 'parts/weights.bin', offset: '4', length: '12' });
    expect((await readOnnxFile(path)).parameters.get('weights0')?.data).toEqual(Float32Array.of(1, 2, 3));
  });

  test.each([
    ['a path out of the folder', { location: '../secret.bin' }, 'which is no path inside of the folder of the model'],
    ['an absolute path', { location: '/etc/hostname' }, 'which is no path inside'],
    ['a link out of the folder', { location: 'link.bin' }, 'which leads out of the folder of the model'],
    ['no path', {}, 'which is no path inside'],
    ['a folder', { location: 'parts' }, 'which is no file'],
    ['a file that is not there', { location: 'gone.bin' }, 'which is not there'],
    ['more than the file has', { location: 'parts/weights.bin', offset: '8' }, 'which has 16 bytes, fewer than'],
    [
      'a length that the shape does not have',
      { location: 'parts/weights.bin', length: '8' },
      'needs 3 elements but has 2',
    ],
    ['a beginning before the file', { location: 'parts/weights.bin', offset: '-4' }, 'begins at byte -4'],
  ])('but not %s', async (_, place, message) => {
    const path = await model(place);
    await expect(readOnnxFile(path)).rejects.toThrow(OnnxError);
    await expect(readOnnxFile(path)).rejects.toThrow(message);
  });

  test('but not the same bytes over and over, which would fill the memory from a small file', async () => {
    const path = await model({ location: 'parts/weights.bin', length: '12' }, 2);
    await expect(readOnnxFile(path)).rejects.toThrow('fewer than the model takes from it');
  });

  test('are refused where only bytes were given', async () => {
    const nodes = [nodeProto('Add', ['x', 'w'], ['y'])];
    const initialisers = [elsewhere('w', [3], { location: 'parts/weights.bin' })];
    const bytes = modelFile({ nodes, initialisers, inputs: { x: [3] }, outputs: ['y'] });
    expect(() => readOnnx(bytes)).toThrow('Tensor "w" is in another file.');
  });
});

test('a model file that is not there, and a folder', async () => {
  await expect(readOnnxFile(join(folder, 'gone.onnx'))).rejects.toThrow('cannot be opened');
  await expect(readOnnxFile(folder)).rejects.toThrow('is not a file');
});
