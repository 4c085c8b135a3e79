import { mkdir, readdir, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hashFile } from '../../checkpoints/locate.js';
import { readSafetensors } from '../../checkpoints/safetensors.js';
import { writeCheckpoint } from '../../checkpoints/write-checkpoint.js';
import type { DType, Tensor } from '../../graph/index.js';
import { numbersOf, tensorOf } from '../../graph/tensor.js';
import { keyed } from '../../random/index.js';
import { informedMethods } from '../informed/informed-methods.js';
import { mixingMethods } from '../methods/index.js';
import { methodNamed } from '../methods/method-named.js';
import { writeMeasured } from '../on-data/measure-files.js';
import type { Tensors } from '../pantry.fixture.js';
import { verifySoup } from '../verify-soup.js';
import { writeSoup } from './index.js';
import { soupKitchen, tensorsOf } from './soup-folder.fixture.js';

/** @file What holds of every method of mixing there is, whatever it computes. A new row of the tables is tested from its first day. */

const place = soupKitchen();
const names = [...Object.keys(mixingMethods), ...Object.keys(informedMethods)];
const FLOATS: readonly DType[] = ['f16', 'bf16', 'f32', 'f64'];
/** A matrix that is large enough, also in 16 bits, to be known as one weight under two names. */
const [ROWS, COLUMNS] = [96, 96];

/** Numbers that every type holds exactly: at most 8 bits of them, and of one size. */
function draw(seed: number, count: number, scale: number): Float64Array {
  const random = keyed(seed, 'every method');
  return Float64Array.from({ length: count }, () => ((random.integer(253) - 126) / 128) * scale);
}

/** Stock 0, then ingredients, which go a small way from it. `dtype` is that of the floats. */
function model(seed: number, dtype: DType): Tensors {
  const of = (shape: readonly number[], salt: number): Tensor => {
    const size = shape.reduce((product, length) => product * length, 1);
    const stock = draw(salt, size, 1);
    const change = draw(1000 * seed + salt, size, 2 ** -3);
    // On the grid of 2⁻⁷, which even bf16 has below 2.
    const values = stock.map((value, at) => (seed === 0 ? value : value + Math.round((change[at] ?? 0) * 128) / 128));
    return tensorOf(
      dtype,
      shape,
      values.map((value) => Math.max(-0.9921875, Math.min(0.9921875, value))),
    );
  };
  const weight = of([ROWS, COLUMNS], 1);
  return {
    'a.weight': weight,
    'b.tied': weight,
    'layer.weight': of([6, 6], 2),
    'layer.bias': of([150], 3),
    steps: { dtype: 'i64', shape: [2], data: BigInt64Array.of(7n, -1n) },
  };
}

/** As many ingredients as the method takes: two, or what it says. */
function countFor(name: string): number {
  const method = methodNamed(name);
  if (method === undefined) throw new Error(`There is no method ${name}.`);
  for (const count of [2, 1, 3]) {
    try {
      method.bind(method.complete(parametersOf(name)), count);
      return count;
    } catch {
      // Not so many.
    }
  }
  throw new Error(`${name} takes neither one nor two nor three.`);
}

function parametersOf(name: string): Record<string, number[]> {
  return name === 'weighted' ? { weights: [0.75, 0.25] } : {};
}

interface Order {
  readonly method: string;
  readonly parameters: Record<string, number[]>;
  readonly ingredients: readonly string[];
  readonly base?: string;
  readonly measured?: readonly string[];
}

/** Everything a method asks for, from models that `change` may have spoilt. */
async function orderOf(
  name: string,
  dtype: DType,
  change: (tensors: Tensors, seed: number) => Tensors = (tensors) => tensors,
  write: (tensors: Tensors) => Promise<string> = (tensors) => place.model(tensors),
): Promise<Order> {
  const count = countFor(name);
  const method = methodNamed(name);
  const ingredients: string[] = [];
  for (let seed = 1; seed <= count; seed++) ingredients.push(await write(change(model(seed, dtype), seed)));
  const common = { method: name, parameters: parametersOf(name), ingredients };
  if (name in informedMethods) return { ...common, measured: await measured(name, ingredients) };
  return method?.needsBase === true ? { ...common, base: await write(change(model(0, dtype), 0)) } : common;
}

/** Measurements as a method asks for them; of files, since those of shards are named by another hash. */
async function measured(
  name: string,
  ingredients: readonly string[],
  spoil: (values: Float64Array) => void = () => undefined,
): Promise<string[]> {
  const files: string[] = [];
  for (const [index, path] of ingredients.entries()) {
    const kind = name === 'fisher' ? 'fisher' : 'gram';
    const found = new Map<string, Float64Array>();
    if (kind === 'fisher') {
      for (const [tensor, { shape, dtype }] of Object.entries(model(1, 'f32'))) {
        if (dtype === 'i64') continue;
        found.set(
          tensor,
          draw(
            index + 9,
            shape.reduce((product, length) => product * length, 1),
            1,
          ).map((value) => value ** 2 + 0.01),
        );
      }
    } else {
      const rows = draw(index + 9, 36, 1);
      const gram = Float64Array.from({ length: 36 }, (_, at) => {
        const [i, j] = [Math.floor(at / 6), at % 6];
        let sum = i === j ? 1 : 0;
        for (let k = 0; k < 6; k++) sum += (rows[6 * k + i] ?? 0) * (rows[6 * k + j] ?? 0);
        return sum;
      });
      found.set('layer.weight', gram);
    }
    spoil(found.get('layer.weight') ?? new Float64Array());
    const file = `${place.path('measured')}.safetensors`;
    await writeMeasured(file, kind, await hashFile(path), found);
    files.push(file);
  }
  return files;
}

async function cook(order: Order, workforce = place.threads): Promise<string> {
  const output = place.output();
  await writeSoup({ ...order, output }, { workforce, durable: false });
  return output;
}

async function refused(order: Order, message: RegExp): Promise<void> {
  const folder = place.path('refused');
  await mkdir(folder);
  const output = join(folder, 'soup.safetensors');
  await expect(writeSoup({ ...order, output }, { workforce: place.threads, durable: false })).rejects.toThrow(message);
  expect(await readdir(folder)).toEqual([]);
}

/** One number of a tensor replaced. */
function spoilt(tensors: Tensors, name: string, at: number, value: number): Tensors {
  const tensor = tensors[name];
  if (tensor === undefined) throw new Error(`There is no tensor ${name}.`);
  const values = numbersOf(tensor);
  values[at] = value;
  return { ...tensors, [name]: tensorOf(tensor.dtype, tensor.shape, values) };
}

describe.each(names)('%s', (name) => {
  test('takes bf16, f16, f32 and f64 and gives them back: of the same numbers the same result, rounded once to the type', async () => {
    const exact = await readSafetensors(await cook(await orderOf(name, 'f64')));
    for (const dtype of FLOATS) {
      const soup = await readSafetensors(await cook(await orderOf(name, dtype)));
      for (const [tensor, { dtype: found, shape }] of soup.tensors) {
        if (tensor === 'steps') continue;
        const wide = exact.tensors.get(tensor);
        if (wide === undefined) throw new Error(`There is no ${tensor}.`);
        expect([tensor, found, shape]).toEqual([tensor, dtype, wide.shape]);
        // Twice rounded (by f64, then by the type) and once differ by a tie that f64 cannot see: by one place at most, and hardly ever.
        const expected = numbersOf(tensorOf(dtype, wide.shape, numbersOf(wide)));
        const given = numbersOf(soup.tensors.get(tensor) ?? wide);
        const other = given.findIndex((value, at) => !Object.is(value, expected[at]) && value !== expected[at]);
        expect([tensor, dtype, other]).toEqual([tensor, dtype, -1]);
      }
    }
  });

  test('copies equal integers, keeps tied weights tied, and is proven by its files', async () => {
    const order = await orderOf(name, 'f32');
    const output = await cook(order);
    const soup = await tensorsOf(output);
    expect(soup['b.tied']).toBe(soup['a.weight']);
    expect(soup.steps).toBe(Buffer.from(BigInt64Array.of(7n, -1n).buffer).toString('hex'));
    const files = [...order.ingredients, ...(order.base === undefined ? [] : [order.base]), ...(order.measured ?? [])];
    const { certificate, discrepancies, cookedAgain } = await verifySoup(output, files);
    expect([discrepancies, cookedAgain]).toEqual([[], true]);
    expect(certificate.tied).toEqual({ 'b.tied': 'a.weight' });
  });

  test('refuses NaN and infinities of an ingredient and of the stock by the name of the tensor', async () => {
    const needsBase = methodNamed(name)?.needsBase === true;
    // Of a run the first checkpoints may count nothing, and are not looked into; the last always counts.
    const last = countFor(name);
    for (const file of ['ingredient', ...(needsBase ? (['stock'] as const) : [])] as const) {
      for (const [dtype, value, tensor] of [
        ['f32', Number.NaN, 'layer.bias'],
        ['bf16', Number.POSITIVE_INFINITY, 'layer.weight'],
        ['f16', Number.NEGATIVE_INFINITY, 'a.weight'],
        ['f64', Number.NaN, 'layer.weight'],
      ] as const) {
        const spoil = (tensors: Tensors, seed: number) =>
          seed === (file === 'stock' ? 0 : last) ? spoilt(tensors, tensor, 5, value) : tensors;
        await refused(
          await orderOf(name, dtype, spoil),
          new RegExp(`tensor "${tensor}" holds ${value} at element 5\\.`),
        );
      }
    }
  });

  test('refuses integers that differ, an ingredient that is cut short, and one that is not there', async () => {
    const count = countFor(name) + (methodNamed(name)?.needsBase === true ? 1 : 0);
    if (count > 1) {
      const other: Tensor = { dtype: 'i64', shape: [2], data: BigInt64Array.of(7n, 0n) };
      const spoil = (tensors: Tensors, seed: number) => (seed === 1 ? { ...tensors, steps: other } : tensors);
      await refused(await orderOf(name, 'f32', spoil), /Tensor "steps" holds integers.*differ.*at element 1/);
    }
    const cut = await orderOf(name, 'f32');
    await truncate(cut.ingredients[0] ?? '', 20_000);
    await refused(cut, /the file is truncated/);
    const gone = await orderOf(name, 'f32');
    await rm(gone.ingredients.at(-1) ?? '');
    await refused(gone, /there is nothing there/);
  });

  test('takes folders of shards, and indexes, for files: the same bytes', async () => {
    // What was measured is named by the hash of what it was measured of, which is another of shards.
    if (name in informedMethods) return;
    const whole = await tensorsOf(await cook(await orderOf(name, 'f32')));
    const sharded = async (tensors: Tensors) => {
      const folder = place.path('shards');
      const types = new Map(Object.entries(tensors));
      const bytesOf = async (tensor: string) => {
        const { buffer, byteOffset, byteLength } = types.get(tensor)?.data ?? new Uint8Array();
        return new Uint8Array(buffer, byteOffset, byteLength);
      };
      await writeCheckpoint(folder, { types, metadata: {}, bytesOf }, { maxShardBytes: 10_000 });
      return folder;
    };
    const order = await orderOf(name, 'f32', undefined, sharded);
    expect((await readdir(order.ingredients[0] ?? '')).length).toBeGreaterThan(2);
    expect(await tensorsOf(await cook(order))).toEqual(whole);
    const indexes = order.ingredients.map((folder) => join(folder, 'model.safetensors.index.json'));
    expect(await tensorsOf(await cook({ ...order, ingredients: indexes }))).toEqual(whole);
  });
});

test.each(Object.keys(informedMethods))(
  '%s refuses measurements that are not finite by the name of the tensor',
  async (name) => {
    const order = await orderOf(name, 'f32');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const found = measured(name, order.ingredients, (values) => {
        values[3] = value;
      });
      await expect(found).rejects.toThrow(new RegExp(`measured of "layer\\.weight" .* ${value} at 3`));
    }
  },
);

test.each(names.filter((name) => methodNamed(name)?.options.some((option) => option.name === 'layers')))(
  '%s gives tensors of a pattern coefficients of their own, and leaves the others as they are',
  async (name) => {
    const plain = await orderOf(name, 'f32');
    const other = name === 'weighted' ? [0.25, 0.75] : [0.125];
    const everywhere =
      name === 'weighted' ? { weights: other } : name === 'wise-ft' ? { alpha: 0.125 } : { lambda: 0.125 };
    const soup = async (more: object) => {
      const output = place.output();
      const order = { ...plain, parameters: { ...plain.parameters, ...more }, output };
      const { mixing } = await writeSoup(order, { workforce: place.threads, durable: false });
      const files = [...plain.ingredients, ...(plain.base === undefined ? [] : [plain.base])];
      expect((await verifySoup(output, files)).discrepancies).toEqual([]);
      return { tensors: await tensorsOf(output), mixing };
    };
    const [as, all, some] = [
      await soup({}),
      await soup(everywhere),
      await soup({ layers: [{ tensors: 'a.*', shares: other }] }),
    ];
    expect(some.tensors['a.weight']).toBe(all.tensors['a.weight']);
    expect(some.tensors['a.weight']).not.toBe(as.tensors['a.weight']);
    expect(some.tensors['layer.bias']).toBe(as.tensors['layer.bias']);
    if (as.mixing === 'linear') expect(some.mixing).toBe('by tensor');
    const several = soup({ layers: [{ tensors: 'a.*', shares: [0.1, 0.2, 0.3] }] });
    await expect(several).rejects.toThrow(/'a\.\*'/);
  },
);
