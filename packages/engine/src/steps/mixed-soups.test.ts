import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FileArtifactStore } from '../artifacts/file-store.js';
import { encodeSafetensors, readSafetensors } from '../checkpoints/safetensors.js';
import { keyed } from '../random/index.js';
import { MIXING_METHODS, plannedMixing } from '../recipe/mixing-soups.js';
import { CERTIFICATE_KEY, mixingMethods, verifySoup, writeSoup } from '../soups/files.js';
import { type SoupSummary, soupCertificate, soupSummary } from '../soups/index.js';
import { f32, i64, type Tensors } from '../soups/pantry.fixture.js';
import type { InputArtifact, StepContext } from './definition.js';
import { stepDefinitions } from './index.js';

let folder: string;
let store: FileArtifactStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stockpot mixed '));
  await mkdir(join(folder, 'scratch'));
  store = await FileArtifactStore.open(join(folder, 'blobs'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function keep(tensors: Tensors): Promise<InputArtifact> {
  const { hash } = await store.put(encodeSafetensors(new Map(Object.entries(tensors))), 'application/x-safetensors');
  return { hash, path: store.path(hash) };
}

/** A body and a head, `away` from where all began. */
function network(seed: number, away: number): Tensors {
  const numbers = (name: string, size: number) => {
    const [start, change] = [keyed(1, name), keyed(seed, name)];
    return f32(...Array.from({ length: size }, () => start.normal() + away * change.normal()));
  };
  return {
    'body.0': numbers('body.0', 300),
    'body.1': numbers('body.1', 40),
    'head.bias': numbers('head.bias', 5),
    steps: i64(3n),
  };
}
const { 'head.bias': bias, ...body } = network(1, 0);

interface Cooked extends Record<'checkpoint' | 'certificate', InputArtifact> {
  readonly base: InputArtifact | null;
  readonly summary: SoupSummary;
}

async function cook(
  parameters: Parameters<typeof plannedMixing>[0],
  ingredients: readonly InputArtifact[],
  certificates: readonly InputArtifact[] = [],
): Promise<Cooked> {
  const based = mixingMethods[parameters.method]?.needsBase === true;
  const context: StepContext = {
    inputs: {
      ingredients,
      ...(based ? { base: [await keep(body)], head: [await keep({ 'head.bias': bias ?? f32() })] } : {}),
      ...(certificates.length === 0 ? {} : { certificates }),
    },
    reporter: { metric: () => undefined, progress: () => undefined },
    ...{ store, signal: new AbortController().signal, scratch: join(folder, 'scratch'), threads: 1, device: 'cpu' },
    resolveSource: () => folder,
  };
  const { outputs, summary } = await stepDefinitions.soup.execute(plannedMixing(parameters, 7), context);
  const output = (name: string) => {
    const hash = outputs[name]?.hash ?? '';
    return { hash, path: store.path(hash) };
  };
  const files = { checkpoint: output('checkpoint'), certificate: output('certificate') };
  return { ...files, base: based ? output('base') : null, summary: soupSummary.parse(summary) };
}

const numbersIn = async ({ path }: InputArtifact, name: string) =>
  Array.from((await readSafetensors(path)).tensors.get(name)?.data ?? [], Number);

describe('a recipe’s soup', () => {
  const needed: Readonly<Record<string, object>> = {
    weighted: { weights: [2, 1, -0.5] },
    breadcrumbs: { density: 0.5 },
  };

  test.each(MIXING_METHODS)('%s: its certificate proves it offline, from the files that it names', async (method) => {
    const { most = 3 } = mixingMethods[method] ?? {};
    const pool = [await keep(network(2, 0.1)), await keep(network(3, 0.1)), await keep(network(4, 0.1))].slice(0, most);
    const cooked = await cook({ method, ...needed[method] }, pool);
    const given = [...pool, ...(cooked.base === null ? [] : [cooked.base])].map(({ path }) => path);
    const { discrepancies, cookedAgain } = await verifySoup(cooked.checkpoint.path, given, cooked.certificate.path);
    expect([discrepancies, cookedAgain]).toEqual([[], true]);
    const certificate = soupCertificate.parse(
      JSON.parse(Buffer.from(await store.read(cooked.certificate.hash)).toString()),
    );
    expect(certificate.content).toBe(cooked.checkpoint.hash);
    expect(certificate.ingredients.map(({ content }) => content)).toEqual(pool.map(({ hash }) => hash));
    expect((await readSafetensors(cooked.checkpoint.path)).metadata.has(CERTIFICATE_KEY)).toBe(false);
    // Another model is not what the certificate says.
    const other = await verifySoup(pool[0]?.path ?? '', [], cooked.certificate.path);
    expect(other.discrepancies.length).toBeGreaterThan(0);
  });

  test('of Model Stock says the share that every tensor has of each ingredient and of the stock', async () => {
    const pool = [await keep(network(2, 0.1)), await keep(network(3, 0.1)), await keep(network(4, 0.1))];
    const cooked = await cook({ method: 'model-stock' }, pool);
    const { mixing, tensors = {}, coefficients, base, effective } = cooked.summary;
    expect({ mixing, effective }).toEqual({ mixing: 'by tensor', effective: null });
    expect(Object.keys(tensors).sort()).toEqual(['body.0', 'body.1', 'head.bias']);
    const inputs = [...pool, ...(cooked.base === null ? [] : [cooked.base])];
    const sums = [0, 0, 0, 0];
    for (const [name, shares] of Object.entries(tensors)) {
      const rows = await Promise.all(inputs.map((input) => numbersIn(input, name)));
      const mixed = await numbersIn(cooked.checkpoint, name);
      for (const [at, number] of mixed.entries()) {
        expect(number).toBeCloseTo(
          rows.reduce((sum, row, place) => sum + (shares[place] ?? Number.NaN) * (row[at] ?? 0), 0),
          5,
        );
      }
      expect(new Set(shares.slice(0, 3)).size).toBe(1);
      for (const [place, share] of shares.entries()) sums[place] = (sums[place] ?? 0) + (share * mixed.length) / 345;
    }
    for (const { index, coefficient } of coefficients) expect(coefficient).toBeCloseTo(sums[index] ?? Number.NaN, 12);
    expect(base).toBeCloseTo(sums[3] ?? Number.NaN, 12);
    // A soup whose certificate lies in it has the same shares, in a header whose room was kept before they were known.
    const output = join(folder, 'stock soup.safetensors');
    const within = await writeSoup({
      method: 'model-stock',
      ingredients: pool.map(({ path }) => path),
      base: cooked.base?.path ?? null,
      output,
    });
    expect(within.shares).toEqual(tensors);
    const all = inputs.map(({ path }) => path);
    expect(await verifySoup(output, all)).toMatchObject({ certificate: within, discrepancies: [], cookedAgain: true });
    const claimed = { ...within, shares: { ...tensors, 'body.1': [0.1, 0.1, 0.1, 0.7] } };
    const apart = join(folder, 'claimed.json');
    await writeFile(apart, JSON.stringify(claimed));
    expect((await verifySoup(output, all, apart)).discrepancies).toHaveLength(1);
    // As certificates said it before shares were recorded: nothing in them is wrong.
    const { shares: _, ...others } = within;
    await writeFile(apart, JSON.stringify({ ...others, mixing: 'nominal', coefficients: [1 / 3, 1 / 3, 1 / 3, 0] }));
    expect((await verifySoup(output, all, apart)).discrepancies).toEqual([]);
  });

  test('says what it counts, of any sign; and that weights are nominal where it is no linear combination', async () => {
    const pool = [await keep(network(2, 0.1)), await keep(network(3, 0.1))];
    const negated = await cook({ method: 'task-arithmetic', lambda: -0.5 }, pool);
    expect(negated.summary).toMatchObject({ mixing: 'linear', base: 2, n: null, rule: null, trace: [] });
    expect(negated.summary.coefficients).toEqual([
      { index: 0, coefficient: -0.5 },
      { index: 1, coefficient: -0.5 },
    ]);
    const ties = await cook({ method: 'ties', weights: [3, 1] }, pool);
    expect(ties.summary).toMatchObject({ mixing: 'nominal', effective: null });
    expect(ties.summary.coefficients.map(({ coefficient }) => coefficient)).toEqual([0.75, 0.25]);
    expect(ties.summary).not.toHaveProperty('base');
    const layers = [{ tensors: 'head.*', shares: [0, 1] }];
    const layered = await cook({ method: 'weighted', weights: [1, 1], layers }, pool);
    expect(layered.summary).toMatchObject({
      mixing: 'by tensor',
      tensors: { 'body.0': [0.5, 0.5], 'body.1': [0.5, 0.5], 'head.bias': [0, 1] },
    });
    // 340 of 345 numbers are half of the second, 5 are all of it.
    expect(layered.summary.coefficients[1]?.coefficient).toBeCloseTo((340 * 0.5 + 5) / 345, 12);
  });

  test('that starts from the stock has it with its head, and λ = 0 leaves just that', async () => {
    const pool = [await keep(network(2, 0.1))];
    const stock = await cook({ method: 'task-arithmetic', lambda: 0 }, pool);
    expect(await numbersIn(stock.checkpoint, 'body.0')).toEqual(Array.from(body['body.0']?.data ?? [], Number));
    expect(await numbersIn(stock.checkpoint, 'head.bias')).toEqual(Array.from(bias?.data ?? [], Number));
    expect(stock.summary).toMatchObject({ coefficients: [], base: 1 });
    // Equal weights are one artifact, whoever mixed them: nothing is evaluated twice.
    const alone = await cook({ method: 'uniform' }, pool);
    expect(alone.checkpoint.hash).toBe(pool[0]?.hash);
    expect((await cook({ method: 'ema' }, pool)).checkpoint.hash).toBe(pool[0]?.hash);
  });

  test('of models that have what neither stock nor head has is refused in a sentence, and nothing is stored', async () => {
    const stranger = await keep({ ...network(2, 0.1), extra: f32(1) });
    await expect(cook({ method: 'ties' }, [stranger])).rejects.toThrow(
      'The ingredients have a tensor "extra" that neither the stock nor its head has.',
    );
  });
});

test('a certificate that is none, or not there, is told so', async () => {
  const model = await keep(network(2, 0.1));
  await expect(verifySoup(model.path)).rejects.toMatchObject({ advice: expect.stringContaining('--certificate FILE') });
  await expect(verifySoup(model.path, [], join(folder, 'nowhere.json'))).rejects.toThrow(
    'there is no certificate to read',
  );
  await writeFile(join(folder, 'none.json'), '{}');
  await expect(verifySoup(model.path, [], join(folder, 'none.json'))).rejects.toThrow('is no certificate of a soup');
});

test('a soup of uniform soups is the flat weighted soup within the rounding of the groups, its coefficients the products', async () => {
  const models: InputArtifact[] = [];
  for (let seed = 2; seed < 8; seed++) models.push(await keep(network(seed, 1)));
  const weights = fc.double({ min: -3, max: 3, noNaN: true }).filter((weight) => Math.abs(weight) > 0.01);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), weights, weights, async (split, first, second) => {
      const groups = [models.slice(0, split), models.slice(split)];
      const means: Cooked[] = [];
      for (const group of groups) means.push(await cook({ method: 'uniform' }, group));
      const nested = await cook(
        { method: 'weighted', weights: [first, second], as_given: true },
        means.map(({ checkpoint }) => checkpoint),
        means.map(({ certificate }) => certificate),
      );
      const products = models.map((_, index) => (index < split ? first / split : second / (6 - split)));
      const effective = new Map(nested.summary.effective?.map(({ content, coefficient }) => [content, coefficient]));
      expect(effective.size).toBe(6);
      for (const [index, { hash }] of models.entries())
        expect(effective.get(hash)).toBeCloseTo(products[index] ?? 0, 12);
      const flat = await cook({ method: 'weighted', weights: products, as_given: true }, models);
      for (const name of ['body.0', 'head.bias']) {
        const [one, other] = [await numbersIn(nested.checkpoint, name), await numbersIn(flat.checkpoint, name)];
        const group = await Promise.all(means.map(({ checkpoint }) => numbersIn(checkpoint, name)));
        for (const [at, value] of one.entries()) {
          // Half a unit in the last place of each group's mean, weighed; and of both results.
          const slack =
            Math.abs(first * (group[0]?.[at] ?? 0)) + Math.abs(second * (group[1]?.[at] ?? 0)) + Math.abs(value);
          expect(Math.abs(value - (other[at] ?? Number.NaN))).toBeLessThanOrEqual(2 ** -23 * slack);
        }
      }
    }),
    { numRuns: 12 },
  );
});
