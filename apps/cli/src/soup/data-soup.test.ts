import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { decodeSafetensors, encodeSafetensors } from '@stockpot/engine/checkpoints';
import { dataMethods, verifySoup } from '@stockpot/engine/soups';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { folder, removeFolders, start } from '../cli.fixture.js';
import { run } from './run.fixture.js';
import { writeForeign, writeImages, writeNetwork, writeOwn, writeWithHead } from './vit-files.fixture.js';

const home = process.cwd();
const place = folder();

beforeAll(async () => {
  process.chdir(place);
  writeForeign('hf', 0);
  await run('import hf -o own');
  writeOwn('own/model.safetensors', {
    'S.safetensors': 0,
    'A.safetensors': 1,
    'B.safetensors': 2,
    'C.safetensors': 3,
  });
  writeImages('DIR');
});
afterAll(() => {
  process.chdir(home);
  removeFolders();
});
beforeEach(() => {
  for (const name of readdirSync('.')) if (/^soup/.test(name)) rmSync(name, { recursive: true });
});

/** What Fisher-weighted soups and RegMean were mixed by. */
function measured(): string[] {
  const place = '.stockpot/measured';
  return existsSync(place) ? readdirSync(place).map((name) => join(place, name)) : [];
}

describe('stockpot soup on data', () => {
  test.each(Object.entries(dataMethods))(
    '%s: its example makes a soup that can be cooked again',
    async (name, { example }) => {
      expect(example).toMatch(new RegExp(`^${name} A\\.safetensors`));
      const said = await run(`soup ${example}`);
      expect(said).toMatch(/soup\.safetensors: 32 tensors, 5\.20 kB, with its certificate/);
      expect(said).toMatch(/These examples were looked at/);
      const inputs = [...['A', 'B', 'C'].map((letter) => `${letter}.safetensors`), ...measured()];
      expect(await verifySoup('soup.safetensors', inputs)).toMatchObject({ discrepancies: [], cookedAgain: true });
      const { chosen } = JSON.parse(readFileSync('soup.certificate.json', 'utf8'));
      expect(chosen).toMatchObject({ method: name, examples: { from: /--selection (\S+)/.exec(example)?.[1] } });
    },
  );

  test('does what its page docs/choosing-soups.md says', async () => {
    const text = readFileSync(join(home, '../../docs/choosing-soups.md'), 'utf8');
    const lines = [...text.matchAll(/^stockpot (.*)$/gm)].map(([, line]) => line ?? '');
    expect(lines).toHaveLength(11);
    for (const line of lines) {
      const output = / -o (\S+)/.exec(line)?.[1];
      expect(await run(line)).toMatch(/with its certificate|as its certificate says/);
      if (output !== undefined && output !== 'soup.safetensors') rmSync(output);
    }
  });

  test('prints every candidate: the score before and after, the verdict, the time, and whether it was known', async () => {
    rmSync('.stockpot', { recursive: true });
    const line = 'soup greedy A.safetensors B.safetensors C.safetensors --data DIR --selection train';
    const [first, again] = [await run(`${line} -o soup.safetensors`), await run(`${line} -o soup-again.safetensors`)];
    expect(first).toMatch(/candidate .* before % .* after % .* verdict .* time .* cache/);
    expect(first.match(/(added|left out) +│ +\d+\.\d\d s │/g)).toHaveLength(2);
    expect(first).toMatch(/Evaluated now: 5 models/);
    expect(again).toMatch(/Evaluated now: 0 models/);
    expect(again.match(/known/g)).toHaveLength(4);
    expect(readFileSync('soup-again.safetensors')).toEqual(readFileSync('soup.safetensors'));
    const facts = JSON.parse(await run(`${line} -o soup-json.safetensors --json`));
    expect(facts.trace).toHaveLength(3);
    expect(facts.trace[1]).toMatchObject({ before: expect.any(Number), after: expect.any(Number), cached: true });
  });

  test('takes models of another library, with their configuration beside them or as --model', async () => {
    for (const [index, name] of ['hf-1', 'hf-2'].entries()) writeForeign(name, index + 1);
    const beside = JSON.parse(
      await run('soup greedy hf-1 hf-2 --data DIR --selection train -o soup-1.safetensors --json'),
    );
    for (const name of ['hf-1', 'hf-2'])
      for (const file of ['config.json', 'preprocessor_config.json']) rmSync(join(name, file));
    const without = 'soup greedy hf-1/model.safetensors hf-2 --data DIR --selection train -o soup-2';
    await expect(run(without)).rejects.toThrow(/config\.json is not beside it/);
    const told = JSON.parse(await run(`${without} --model hf/config.json --json`));
    expect(told.scores).toEqual(beside.scores);
    // The same models in Stockpot's own names answer the same.
    await run('import hf -o soup-own');
    for (const index of [1, 2]) {
      writeForeign(`soup-hf-${index}`, index);
      await run(`import soup-hf-${index} -o soup-own-${index}`);
    }
    const own = JSON.parse(
      await run('soup greedy soup-own-1 soup-own-2 --data DIR --selection train -o soup-3 --json'),
    );
    expect(own.scores).toEqual(beside.scores);
    expect(own.certificate.coefficients).toEqual(told.certificate.coefficients);
  });

  test('stops when it is asked to, and leaves nothing half-written', async () => {
    const args =
      'soup instant-seasoning A.safetensors B.safetensors --draws 100000 --data DIR --selection train -o soup.safetensors';
    const { child, outcome } = start([...args.split(' '), '--home', join(place, 'home')], place);
    while (!existsSync(join(place, 'home/cook.lock'))) await setTimeout(20);
    await setTimeout(1500);
    child.kill('SIGINT');
    const { code, stderr } = await outcome;
    expect(stderr).toMatch(/Stopping: no soup is left behind/);
    expect(code).toBe(130);
    expect(readdirSync('.').filter((name) => /^\.?soup/.test(name))).toEqual([]);
    expect(readdirSync('home/scratch')).toEqual([]);
    expect(existsSync('home/cook.lock')).toBe(false);
  });

  test('says what is wrong in a sentence, and what to do', async () => {
    for (const [line, message, next] of [
      [
        'greedy A.safetensors --data DIR --selection val -o soup.safetensors',
        /no example set 'val'; found train/,
        /Name one of these/,
      ],
      [
        'greedy A.safetensors --data DIR --selection train:0 -o soup.safetensors',
        /'train:0' does not say which/,
        /train:1000/,
      ],
      ['greedy A.safetensors --data nowhere --selection train -o soup.safetensors', /nowhere/, /./],
      [
        'greedy A.safetensors --data DIR --selection train --accept better -o soup.safetensors',
        /'accept'.*>=/,
        /An example/,
      ],
      ['learned hf hf --data DIR --selection train -o soup.safetensors', /not in Stockpot's names/, /stockpot import/],
      [
        'self-seasoning A.safetensors --data DIR --selection train:10 -o soup.safetensors',
        /16 nearest of a batch/,
        /Give more examples/,
      ],
    ] as const) {
      const error = await run(`soup ${line}`).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ message: expect.stringMatching(message), advice: expect.stringMatching(next) });
      expect(existsSync('soup.safetensors')).toBe(false);
    }
  });
});

/** The line that a command shows as its example. */
async function exampleOf(command: string): Promise<string> {
  const { stdout } = await start([command, '--help']).outcome;
  return /Example:\n {2}\$ stockpot (.*)\n/.exec(stdout)?.[1] ?? '';
}

describe('stockpot align', () => {
  test('does what its example says: the result may be mixed with the reference', async () => {
    rmSync('B-aligned.safetensors', { force: true });
    expect(await run(await exampleOf('align'))).toMatch(
      /residual stream: \d of 8 units moved\nInner product of the weights: .* before, .* now\.\nB-aligned\.safetensors computes what it did/,
    );
    await run('soup uniform A.safetensors B-aligned.safetensors -o soup.safetensors');
    await expect(run('align A.safetensors B.safetensors -o B-aligned.safetensors')).rejects.toThrow(/is there already/);
  });
});

describe('stockpot batchnorm', () => {
  test('estimates statistics again, says so in the certificate, and is found out when they are changed', async () => {
    writeNetwork('net.onnx');
    await run('import net.onnx -o soup-net --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25 --image 8');
    for (const way of [1, 2]) writeWithHead('soup-net/model.safetensors', `net-${way}.safetensors`, 4, way);
    expect(await run('soup uniform net-1.safetensors net-2.safetensors -o soup.safetensors')).toMatch(
      /Note: It has batch normalisation with the running statistics of its stock.*stockpot batchnorm/,
    );
    rmSync('ready.safetensors', { force: true });
    expect(await run(await exampleOf('batchnorm'))).toMatch(
      /^4 running statistics, each the mean of 4 batches of 50 images \(train:200\)\./,
    );
    const certificate = JSON.parse(readFileSync('ready.certificate.json', 'utf8'));
    expect(certificate).toMatchObject({
      ingredients: [{ name: 'soup.safetensors' }],
      measured: { what: 'batch normalisation', statistics: { length: 4 }, batch: 50, examples: { n: 200 } },
      notes: ['Some of its inputs are soups themselves.'],
    });
    expect(await verifySoup('ready.safetensors', ['soup.safetensors'])).toMatchObject({ discrepancies: [] });
    // The certificate of this soup in a file with the statistics of before.
    const [ready, soup] = ['ready', 'soup'].map((name) => decodeSafetensors(readFileSync(`${name}.safetensors`)));
    const forged = new Map(ready?.metadata).set(
      'stockpot.architecture',
      soup?.metadata.get('stockpot.architecture') ?? '',
    );
    writeFileSync('soup-forged.safetensors', encodeSafetensors(ready?.tensors ?? new Map(), forged));
    expect((await verifySoup('soup-forged.safetensors')).discrepancies).toEqual([
      { tensor: null, message: expect.stringMatching(/running statistics .* are not those of its certificate/) },
    ]);
    await expect(run('batchnorm A.safetensors --data DIR --selection train -o no.safetensors')).rejects.toThrow(
      /vision transformer, which has no batch normalisation/,
    );
  });
});
