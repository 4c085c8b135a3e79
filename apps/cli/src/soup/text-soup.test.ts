import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataMethods, verifySoup } from '@stockpot/engine/soups';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { folder, removeFolders } from '../cli.fixture.js';
import { run } from './run.fixture.js';
import { writeForeignText, writeRegression, writeTextKitchen } from './text-files.fixture.js';
import { writeForeign, writeImages } from './vit-files.fixture.js';

const home = process.cwd();
const place = folder();

beforeAll(async () => {
  process.chdir(place);
  await writeTextKitchen(run);
});
afterAll(() => {
  process.chdir(home);
  removeFolders();
});
beforeEach(() => {
  for (const name of readdirSync('.')) if (/^soup/.test(name)) rmSync(name, { recursive: true });
});

/** A recipe on reviews, and recipes for strangers. */
function recipeWith(benchmarks: string): string {
  return `
version: 1
name: texts
seed: 1
datasets:
  reviews:
    source: { path: ./DIR }
    format: csv
    splits: { train: { role: train, from: train }, test: { role: test, from: test } }
  recipes:
    source: { path: ./STRANGE }
    format: csv
    splits: { all: { role: shift, from: test } }
stock:
  name: bert
  checkpoint: { path: ./hf }
  head: { algorithm: linear-probe, split: reviews/train, epochs: 1, batch: 16, lr: 1.0e-2, weight_decay: 0 }
${benchmarks}
ingredients:
  - { name: ft, algorithm: supervised, split: reviews/train, count: 2, space: { lr: 1.0e-3, weight_decay: 0, epochs: 1, batch: 16 } }
soups:
  uniform: { method: uniform, ingredients: [ft] }
report: [neighbours, probe, few, search, strangers]
`;
}

/** What Fisher-weighted soups and RegMean were mixed by. */
function measured(): string[] {
  const kept = '.stockpot/measured';
  return existsSync(kept) ? readdirSync(kept).map((name) => join(kept, name)) : [];
}

describe('soups of text models, chosen on texts', () => {
  test.each(Object.entries(dataMethods))(
    '%s: its example makes one that can be cooked again',
    async (name, { example }) => {
      const said = await run(`soup ${example}`);
      expect(said).toMatch(/soup\.safetensors: 41 tensors, .* with its certificate/);
      const inputs = [...['A', 'B', 'C'].map((letter) => `${letter}.safetensors`), ...measured()];
      expect(await verifySoup('soup.safetensors', inputs)).toMatchObject({ discrepancies: [], cookedAgain: true });
      const { chosen } = JSON.parse(readFileSync('soup.certificate.json', 'utf8'));
      expect(chosen).toMatchObject({ method: name, examples: { from: /--selection (\S+)/.exec(example)?.[1] } });
      // It is a model that goes on being one: it reads texts by the tokenizer that came with the ingredients.
      expect(await run('inspect soup.safetensors')).toMatch(/bert/);
    },
  );

  test('a greedy soup is worth what an evaluation of it says, and is not evaluated twice', async () => {
    const line = 'soup greedy A.safetensors B.safetensors C.safetensors --data DIR --selection train --json';
    const first = JSON.parse(await run(`${line} -o soup-1.safetensors`));
    const again = JSON.parse(await run(`${line} -o soup-2.safetensors`));
    expect(again).toMatchObject({ score: first.score, evaluated: 0 });
    const alone = 'soup greedy soup-1.safetensors --data DIR --selection train --json -o soup-3.safetensors';
    expect(JSON.parse(await run(alone)).scores).toEqual([first.score]);
    expect(first.score).toBeGreaterThanOrEqual(Math.max(...first.scores));
  });

  test('takes models of transformers as they are, with their tokenizer beside them or beside --model', async () => {
    for (const way of [1, 2]) writeForeignText(`hf-${way}`, way);
    const line = 'soup greedy hf-1 hf-2 --data DIR --selection train --json';
    const beside = JSON.parse(await run(`${line} -o soup-1.safetensors`));
    for (const way of [1, 2]) await run(`import hf-${way} -o soup-own-${way}`);
    const own = 'soup greedy soup-own-1 soup-own-2 --data DIR --selection train --json -o soup-2.safetensors';
    expect(JSON.parse(await run(own)).scores).toEqual(beside.scores);
    for (const way of [1, 2]) {
      for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json']) rmSync(join(`hf-${way}`, file));
    }
    await expect(run(`${line} -o soup-3.safetensors`)).rejects.toThrow(
      /^hf-1: its tensors .* are named as in no format/,
    );
    const told = JSON.parse(await run(`${line} --model hf/config.json -o soup-4.safetensors`));
    expect(told.scores).toEqual(beside.scores);
    expect(existsSync('soup-3.safetensors')).toBe(false);
  });

  test('does what docs/models.md says of text models', async () => {
    const page = readFileSync(join(home, '../../docs/models.md'), 'utf8');
    const section = page.slice(page.indexOf('\n## Text models\n'));
    const lines = [...section.matchAll(/^stockpot (.*)$/gm)].map(([, line]) => line ?? '');
    expect(lines.map((line) => line.split(' ')[0])).toEqual([
      'import',
      'soup',
      'soup',
      'soup',
      'analyse',
      'analyse',
      'export',
    ]);
    for (const line of lines) {
      const said = await run(line);
      expect(said).toMatch(
        { import: /bert/, soup: /with its certificate/, analyse: / on 60 examples of DIR/, export: /60 texts/ }[
          line.split(' ')[0] ?? ''
        ] ?? /never/,
      );
    }
    // The benchmarks, in a recipe that has the rest.
    const benchmarks = /```yaml\n(benchmarks:\n[\s\S]*?)```/.exec(section)?.[1] ?? '';
    writeFileSync('recipe.yaml', recipeWith(benchmarks));
    expect(await run('validate recipe.yaml')).toMatch(/is a recipe: 40 steps, 4 models/);
  });

  test('says what does not belong together, and writes nothing', async () => {
    writeForeign('vit', 0);
    await run('import vit -o vit-own');
    writeImages('PICTURES');
    const soup = (...words: readonly string[]) => run(['soup', ...words, '-o soup.safetensors'].join(' '));
    await expect(soup('greedy A.safetensors B.safetensors --data PICTURES --selection train')).rejects.toThrow(
      /A\.safetensors is a model of texts, and the data hold images/,
    );
    await expect(soup('learned vit-own --data DIR --selection train')).rejects.toThrow(
      /vit-own.* is a model of images, and the data hold texts/,
    );
    await expect(soup('greedy A.safetensors --data DIR --selection validation')).rejects.toThrow(/validation/);
    await expect(soup('regmean hf hf --data DIR --selection train')).rejects.toThrow(
      /hf is not in Stockpot's names and in F32/,
    );
    writeRegression('own/model.safetensors', 'scores.safetensors');
    await expect(soup('greedy scores.safetensors --data DIR --selection train')).rejects.toThrow(
      /The head of scores\.safetensors answers one number, a score/,
    );
    expect(existsSync('soup.safetensors')).toBe(false);
  });
});
