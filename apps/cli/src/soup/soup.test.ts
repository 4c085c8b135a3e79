import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '@stockpot/engine/checkpoints';
import { mixingMethods, verifySoup } from '@stockpot/engine/soups';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { folder, removeFolders, stockpot } from '../cli.fixture.js';
import { run } from './run.fixture.js';

const home = process.cwd();
const place = folder();
/** A, B, C and S of every example: a small network, each model a little away from the stock S. */
const models = Object.fromEntries(['S', 'A', 'B', 'C'].map((letter, index) => [letter, weights(index)]));
process.chdir(place);

afterAll(() => {
  process.chdir(home);
  removeFolders();
});
beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
  process.chdir(place);
  for (const [letter, bytes] of Object.entries(models)) writeFileSync(`${letter}.safetensors`, bytes);
});

function weights(index: number): Uint8Array {
  const row = (length: number, phase: number) =>
    Float32Array.from({ length }, (_, i) => Math.sin(i + phase) + 0.05 * Math.sin(index * 7 + i * phase));
  const tensors = {
    'blocks.0.weight': { dtype: 'f32', shape: [20, 30], data: row(600, 1) },
    'blocks.0.bias': { dtype: 'f32', shape: [300], data: row(300, 2) },
    'head.weight': { dtype: 'f32', shape: [10, 20], data: row(200, 3) },
  } as const;
  return encodeSafetensors(new Map(Object.entries(tensors)));
}

describe('stockpot soup', () => {
  test.each(Object.entries(mixingMethods))(
    '%s: its example makes a soup that can be cooked again',
    async (name, { example, needsBase }) => {
      expect(example).toMatch(new RegExp(`^${name} A\\.safetensors`));
      expect(await run(`soup ${example}`)).toMatch(/soup\.safetensors: 3 tensors, 4\.40 kB, with its certificate/);
      const inputs = ['A', 'B', 'C', 'S'].map((letter) => `${letter}.safetensors`);
      const { discrepancies, cookedAgain } = await verifySoup('soup.safetensors', inputs);
      expect([discrepancies, cookedAgain]).toEqual([[], true]);
      expect(JSON.parse(readFileSync('soup.certificate.json', 'utf8'))).toMatchObject({
        method: name,
        base: needsBase ? { name: 'S.safetensors' } : null,
      });
    },
  );

  test.each(['soups.md', 'mixing-methods.md'])('does what its page docs/%s says', async (page) => {
    const text = readFileSync(join(home, '../../docs', page), 'utf8');
    const lines = [...text.matchAll(/^stockpot (.*)$/gm)].map(([, line]) => line ?? '');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const output = / -o (\S+)/.exec(line)?.[1];
      if (output !== undefined) rmSync(output, { force: true });
      expect(await run(line)).toMatch(/with its certificate|as its certificate says/);
    }
  });

  test('shows an example and the source of each method', async () => {
    const { stdout } = await stockpot('soup', '--help');
    for (const { example } of Object.values(mixingMethods)) expect(stdout).toContain(`$ stockpot soup ${example}`);
    expect((await stockpot('soup', 'wise-ft', '--help')).stdout).toMatch(/Source: .*arXiv:2109\.01903/);
  });

  test('takes a folder of shards for a file, and writes one', async () => {
    await run('soup uniform A.safetensors B.safetensors -o pair');
    await run('soup uniform pair C.safetensors -o soup.safetensors');
    const soup = JSON.parse(readFileSync('soup.certificate.json', 'utf8'));
    expect(soup.effective.map(({ coefficient }: { coefficient: number }) => coefficient)).toEqual([0.25, 0.25, 0.5]);
  });

  test('says what is wrong in a sentence, and what to do', async () => {
    writeFileSync('there.safetensors', '');
    mkdirSync('full');
    writeFileSync('full/notes.txt', '');
    for (const [line, message, next] of [
      [
        'soup uniform A.safetensors nowhere.safetensors -o soup.safetensors',
        /nowhere\.safetensors: there is nothing there/,
        /Check the path/,
      ],
      ['soup uniform A.safetensors -o there.safetensors', /there\.safetensors is there already/, /Choose another name/],
      ['soup uniform A.safetensors -o full', /full is there already, and holds "notes\.txt"/, /a folder of its own/],
      [
        'soup weighted A.safetensors B.safetensors --weights 1 -o soup.safetensors',
        /1 numbers for 2 ingredients/,
        /one number an ingredient/,
      ],
      ['verify A.safetensors', /no certificate/, /stockpot soup/],
    ] as const) {
      const error = await run(line).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ message: expect.stringMatching(message), advice: expect.stringMatching(next) });
    }
    const { code, stderr } = await stockpot('soup', 'wise-ft', 'A.safetensors', '-o', 'soup.safetensors');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(
      /stockpot: Required option '--base <path>' not specified\.\nNext: stockpot soup wise-ft --help/,
    );
  });
});

describe('stockpot verify', () => {
  beforeEach(() => run('soup weighted A.safetensors B.safetensors --weights 1,2 -o soup.safetensors'));

  test('names the tensor that is not as the certificate says', async () => {
    const file = readFileSync('soup.safetensors');
    file[file.length - 1] = (file[file.length - 1] ?? 0) ^ 1;
    writeFileSync('soup.safetensors', file);
    const before = process.exitCode;
    expect(await run('verify soup.safetensors')).toMatch(
      /is not what its certificate says:\n {2}Tensor "head\.weight" has the hash/,
    );
    expect(process.exitCode).toBe(1);
    process.exitCode = before;
    const answer = JSON.parse(await run('verify soup.safetensors --json'));
    expect(answer).toMatchObject({ holds: false, discrepancies: [{ tensor: 'head.weight' }] });
    process.exitCode = before;
  });

  test('finds out a certificate that was made to fit another soup', async () => {
    // The weights of one soup under the certificate of another, its hashes mended: only cooking again tells.
    await run('soup uniform A.safetensors B.safetensors -o other.safetensors');
    const [soup, other] = ['soup', 'other'].map((name) => decodeSafetensors(readFileSync(`${name}.safetensors`)));
    const forged = JSON.parse(soup?.metadata.get('stockpot.certificate') ?? '');
    forged.tensors = JSON.parse(other?.metadata.get('stockpot.certificate') ?? '').tensors;
    const metadata = { 'stockpot.certificate': JSON.stringify(forged) };
    writeFileSync('forged.safetensors', encodeSafetensors(other?.tensors ?? new Map(), metadata));
    expect((await verifySoup('forged.safetensors')).discrepancies).toEqual([]);
    const { discrepancies } = await verifySoup('forged.safetensors', ['A.safetensors', 'B.safetensors']);
    expect(discrepancies.map(({ tensor }) => tensor).sort()).toEqual([
      'blocks.0.bias',
      'blocks.0.weight',
      'head.weight',
    ]);
    expect(discrepancies[0]?.message).toMatch(/what its ingredients give says/);
  });

  test('says which ingredient is not among the files', async () => {
    await expect(verifySoup('soup.safetensors', ['A.safetensors', 'C.safetensors'])).rejects.toThrow(
      /None of the given files is the ingredient B\.safetensors/,
    );
  });
});
