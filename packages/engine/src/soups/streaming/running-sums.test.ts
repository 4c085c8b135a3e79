import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import type { Tensor } from '../../graph/tensor.js';
import { f32, randomModel } from '../pantry.fixture.js';
import { writeSoup } from './index.js';
import { soupKitchen, tensorsOf } from './soup-folder.fixture.js';

const place = soupKitchen();
const { model, output, cooked } = place;

describe('a uniform soup that grows', () => {
  test('by its running sums is the soup of all its ingredients, bit for bit', async () => {
    const models: string[] = [];
    for (let seed = 0; seed < 6; seed++) models.push(await model(randomModel(seed, 2000)));
    let from: string | undefined;
    for (let count = 2; count <= 6; count++) {
      const ingredients = models.slice(0, count);
      const [path, to] = [output(), output()];
      const runningSums = { to, ...(from === undefined ? {} : { from }) };
      await writeSoup({ method: 'uniform', ingredients, output: path }, { runningSums, workforce: place.threads });
      expect(await tensorsOf(path)).toEqual(await cooked('uniform', ingredients));
      from = to;
    }
  });

  test('reads nothing but the sums and the new ingredient, and refuses the sums of others', async () => {
    const models = [await model({ w: f32(1) }), await model({ w: f32(2) }), await model({ w: f32(6) })];
    const sums = output();
    await writeSoup(
      { method: 'uniform', ingredients: models.slice(0, 2), output: output() },
      { runningSums: { to: sums } },
    );
    expect((await readSafetensors(sums)).tensors.get('w')).toMatchObject({ dtype: 'f64', data: Float64Array.of(3) });
    // Sums that are wrong give a soup that is wrong: so they were what was read.
    const { tensors, metadata } = await readSafetensors(sums);
    const wrong = new Map<string, Tensor>(tensors).set('w', { dtype: 'f64', shape: [1], data: Float64Array.of(30) });
    await writeFile(sums, encodeSafetensors(wrong, metadata));
    const path = output();
    await writeSoup(
      { method: 'uniform', ingredients: models, output: path },
      { runningSums: { from: sums, to: output() } },
    );
    expect((await readSafetensors(path)).tensors.get('w')?.data).toEqual(Float32Array.of(12));
    const others = [models[2] ?? '', models[1] ?? '', models[0] ?? ''];
    const order = { method: 'uniform', ingredients: others, output: output() };
    await expect(writeSoup(order, { runningSums: { from: sums, to: output() } })).rejects.toThrow(
      /does not hold the sums of these ingredients without the last/,
    );
  });
});
