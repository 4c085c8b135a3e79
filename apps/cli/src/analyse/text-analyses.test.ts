import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folder, removeFolders } from '../cli.fixture.js';
import { run } from '../soup/run.fixture.js';
import { writeTextKitchen } from '../soup/text-files.fixture.js';
import { writeForeign, writeImages } from '../soup/vit-files.fixture.js';

const before = process.cwd();
const place = folder();
const on = '--data DIR --split test';

beforeAll(async () => {
  process.chdir(place);
  await writeTextKitchen(run);
});
afterAll(() => {
  process.chdir(before);
  removeFolders();
});

const found = async (line: string) => JSON.parse(await run(`analyse ${line} --json`));

/** What a soup of some ingredients answers right, as `stockpot soup` evaluates it. */
async function worthOf(name: string, ingredients: string): Promise<number> {
  await run(`soup uniform ${ingredients} -o ${name}.safetensors`);
  const chosen = `soup greedy ${name}.safetensors --data DIR --selection test --json -o ${name}-alone.safetensors`;
  return JSON.parse(await run(chosen)).scores[0];
}

describe('analyses of text models on a folder of texts', () => {
  test('a barrier passes through what the models and their soup are worth', async () => {
    const { points } = await found(`barrier A.safetensors B.safetensors ${on} --points 11`);
    const worth = [
      await worthOf('soup-a', 'A.safetensors'),
      await worthOf('soup-ab', 'A.safetensors B.safetensors'),
      await worthOf('soup-b', 'B.safetensors'),
    ];
    const errors = [0, 0.5, 1].map(
      (at) => points.find(({ lambda }: { lambda: number }) => Math.abs(lambda - at) < 1e-9).error,
    );
    expect(errors.map((error) => 1 - error)).toEqual(worth.map((one) => expect.closeTo(one, 12)));
  });

  test('so do the corners and the middle of a triangle, and contributions', async () => {
    const all = 'A.safetensors B.safetensors C.safetensors';
    const whole = await worthOf('soup-abc', all);
    const triangle = await found(`ternary ${all} ${on} --divisions 3`);
    const middle = triangle.points.find(({ at }: { at: number[] }) =>
      at.every((share) => Math.abs(3 * share - 1) < 1e-9),
    );
    expect(1 - middle.error).toBeCloseTo(whole, 12);
    const contribution = await found(`contribution ${all} ${on}`);
    expect(contribution.all).toBeCloseTo(whole, 12);
    expect(contribution.alone[0]).toBeCloseTo(await worthOf('soup-only', 'A.safetensors'), 12);
  });

  test.each([
    'barriers A.safetensors B.safetensors C.safetensors',
    'marginal A.safetensors B.safetensors C.safetensors',
    'diversity A.safetensors B.safetensors C.safetensors --stock S.safetensors',
    'soup-versus-ensemble A.safetensors B.safetensors',
    'compare A.safetensors B.safetensors',
  ])('%s', async (line) => {
    expect(await found(`${line} ${on}`)).toMatchObject({ examined: { n: 60, classes: 3 } });
  });

  test('weights are told apart by the layers of the encoder', async () => {
    const said = await run('analyse weights A.safetensors B.safetensors --stock S.safetensors');
    expect(said).toMatch(/^encoder\.layer\.0 /m);
  });

  test('models and data of two kinds are told, and models that say nothing of themselves', async () => {
    writeForeign('vit', 0);
    await run('import vit -o vit-own');
    writeImages('PICTURES');
    await expect(run('analyse barrier A.safetensors B.safetensors --data PICTURES --split train')).rejects.toThrow(
      /A\.safetensors is a model of texts, and the data hold images/,
    );
    await expect(run(`analyse barrier vit-own vit-own ${on}`)).rejects.toThrow(
      /vit-own is a model of images, and the data hold texts/,
    );
    await expect(run(`analyse barrier hf hf ${on}`)).rejects.toThrow(/hf does not say what model it is/);
  });
});
