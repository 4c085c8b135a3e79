import { expect, test } from 'vitest';
import { run } from './soup/run.fixture.js';

test.each([
  ['batchnorm A.safetensors --data DIR --selection train -o B.safetensors --batch 0', 'whole number from 1'],
  ['batchnorm A.safetensors --data DIR --selection train -o B.safetensors --batch 0.5', 'whole number from 0'],
  ['soup uniform A.safetensors -o FOLDER --shard -1', 'gigabytes above 0'],
  ['soup weighted A.safetensors B.safetensors --weights 1,,2 -o C.safetensors', 'numbers separated by commas'],
  ['soup dare-linear A.safetensors --base S.safetensors --seed 1.5 -o C.safetensors', 'whole number from 0'],
  ['analyse marginal A.safetensors --orders 0', 'whole number from 1'],
])('%s: no such value', async (line, expected) => {
  const error = await run(line).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'UsageError', message: expect.stringContaining(expected) });
});
