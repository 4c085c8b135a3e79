import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSafetensors } from '@stockpot/engine/checkpoints';
import { StockpotEngineError } from '@stockpot/engine/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OLDEST_NODE, refusalOf } from '../bin/node-version.js';
import { examples, folder, removeFolders } from './cli.fixture.js';
import { createProgram } from './program.js';

afterAll(removeFolders);

const place = folder();
const recipe = join(examples, 'tiny.yaml');
const at = (name: string) => join(place, name);
/** A checkpoint that says nothing of itself, a text, a folder with nothing in it. */
const [plain, text, empty] = [at('plain.safetensors'), at('text.txt'), at('empty')];
/** Below a file nothing can be written, whoever writes. */
const below = join(text, 'out');

beforeAll(() => {
  const weight = { dtype: 'f32', shape: [2], data: Float32Array.of(1, 2) } as const;
  writeFileSync(plain, encodeSafetensors(new Map([['weight', weight]])));
  writeFileSync(text, 'nothing of the kind');
  mkdirSync(empty);
  writeFileSync(at('config.json'), '{"model_type": "vit"}');
  writeFileSync(at('model.pt'), 'PK\u0003\u0004 and so on');
  writeFileSync(at('model.ckpt'), Uint8Array.of(0x80, 2, 0x7d, 0x71, 0, 0x2e, 0, 0, 0, 0));
  writeFileSync(at('model.onnx'), Uint8Array.of(8, 8, 0x12, 7, ...Buffer.from('pytorch'), 0x3a, 0));
});

/** What the command line says to words, as a sentence and the next step; everything else is a failure of the test. */
async function refusal(...words: readonly string[]): Promise<StockpotEngineError> {
  const error = await createProgram('0')
    .parseAsync(words, { from: 'user' })
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (error instanceof StockpotEngineError) return error;
  throw new Error(`stockpot ${words.join(' ')} was not refused in a sentence.`, { cause: error });
}

const nothing = /there is nothing there\./;
const noCheckpoint = /text\.txt: expected a safetensors file, found a text\./;
const unwritable = /Nothing can be written at .*: a part of the path is a file\.|out is a file\./;
const missing = at('nowhere');

/** Of every command: what is wrong, the words, and what is said of it. */
const wrong: Readonly<Record<string, readonly (readonly [string, readonly string[], RegExp])[]>> = {
  cook: [
    ['no file', [missing], nothing],
    ['no recipe', [text], /has one mistake:\n {2}expected a recipe/],
    ['an unwritable home', [recipe, '--home', below], unwritable],
  ],
  leaderboard: [
    ['no folder', [missing], /^There is no folder /],
    ['a folder in which nothing was cooked', [empty], /holds no cooked recipe\./],
    ['a checkpoint', [plain], /holds no cooked recipe\./],
  ],
  plan: [
    ['no file', [missing], nothing],
    ['a checkpoint', [plain], /has one mistake:\n {2}line 1: not valid YAML or JSON/],
  ],
  validate: [
    ['no file', [missing], nothing],
    ['a folder', [empty], /it is a folder\./],
  ],
  devices: [['words that it has no use for', ['cpu'], /^Too many arguments for 'devices'/]],
  inspect: [
    ['no file', [missing], nothing],
    ['a text', [text], noCheckpoint],
    ['an empty folder', [empty], /it holds no safetensors file\./],
    ['a recipe', [recipe], /found YAML, as recipes are\./],
    ['a JSON document', [at('config.json')], /found a JSON document\./],
    ['a file of PyTorch', [at('model.pt')], /found a zip archive, as PyTorch writes its \.pt and \.bin files\./],
    ['a pickle', [at('model.ckpt')], /found a Python pickle\./],
    ['a network', [at('model.onnx')], /found an ONNX file\./],
    ['what is no file', ['/dev/null'], /this is not a file\./],
  ],
  compare: [
    ['no second file', [plain, missing], nothing],
    ['a text', [plain, text], noCheckpoint],
  ],
  verify: [
    ['no file', [missing], nothing],
    ['what is no soup', [plain], /has no certificate/],
  ],
  soup: [
    ['no ingredient', ['uniform', plain, missing, '-o', at('soup.safetensors')], nothing],
    ['a text', ['uniform', plain, text, '-o', at('soup.safetensors')], noCheckpoint],
    ['an unwritable place', ['uniform', plain, plain, '-o', join(below, 'soup.safetensors')], unwritable],
    [
      'a parameter out of its range',
      ['ties', plain, '--base', plain, '--density', '7', '-o', at('soup.safetensors')],
      /TIES does not take its parameter 'density' as given: expected a number of at most 1; found 7\./,
    ],
  ],
  import: [
    ['no file', [missing, '-o', at('made')], nothing],
    ['a text', [text, '-o', at('made')], noCheckpoint],
    ['names that nobody knows', [plain, '-o', at('made')], /stockpot|plain\.safetensors/],
    ['no network', [`${missing}.onnx`, '-o', at('made'), '--mean', '0', '--std', '1'], nothing],
  ],
  export: [
    ['no file', [missing, '-o', at('made')], nothing],
    ['a text', [text, '-o', at('made')], noCheckpoint],
    ['what is no model', [plain, '-o', at('made'), '--format', 'onnx'], /does not say what model it is\./],
    ['an unwritable place', [plain, '-o', below, '--format', 'onnx'], /does not say what model it is|is a file/],
  ],
  align: [
    ['no file', [plain, missing, '-o', at('aligned.safetensors')], nothing],
    ['what is no model', [plain, plain, '-o', at('aligned.safetensors')], /plain\.safetensors/],
  ],
  batchnorm: [
    ['no file', [missing, '-o', at('made.safetensors'), '--data', empty, '--selection', 'val'], nothing],
    ['what is no model', [plain, '-o', at('made.safetensors'), '--data', empty, '--selection', 'val'], /plain/],
  ],
  analyse: [
    ['no folder and no checkpoint', ['barrier', missing, missing], /./],
    ['an analysis that is none', ['barier', plain, plain], /^Unknown command 'barier'\. Did you mean barrier\?/],
  ],
};

describe('every command answers what it cannot do with a sentence and the next step, and writes nothing', () => {
  test('there is a row for each', () => {
    const names = createProgram('0').commands.map((command) => command.name());
    expect(Object.keys(wrong).sort()).toEqual(names.sort());
  });

  const cases = Object.entries(wrong).flatMap(([command, rows]) =>
    rows.map(([what, words, said]) => ({ command, what, words, said })),
  );
  test.each(cases)('$command: $what', async ({ command, words, said }) => {
    const before = readdirSync(place, { recursive: true });
    const { message, advice } = await refusal(command, ...words);
    expect(message).toMatch(said);
    expect(advice).toMatch(/\S.*\w/);
    expect(readdirSync(place, { recursive: true })).toEqual(before);
    expect(readFileSync(text, 'utf8')).toBe('nothing of the kind');
  });
});

describe('a command line that is not understood', () => {
  test.each([
    [['coook', recipe], "Unknown command 'coook'. Did you mean cook?", 'stockpot --help'],
    [['cook'], "Missing required argument 'recipe'.", 'stockpot cook --help'],
    [
      ['soup', 'wise-ft', plain],
      "Required option '-o, --output <path>' not specified.",
      'stockpot soup wise-ft --help',
    ],
    [['cook', recipe, '--hom', 'x'], "Unknown option '--hom'. Did you mean --home?", 'stockpot cook --help'],
    [['cook', recipe, '--home'], "Option '--home <dir>' argument missing.", 'stockpot cook --help'],
  ])('%j', async (words, message, help) => {
    const error = await refusal(...words);
    expect(error.message).toBe(message);
    expect(error.advice).toBe(`${help} shows what can be said.`);
  });
});

test('a Node that is too old is told so in a sentence, and the same floor holds for npm start', () => {
  const versions = readFileSync(new URL('../../../scripts/lib/versions.mjs', import.meta.url), 'utf8');
  expect(versions).toContain(`oldestNode = '${OLDEST_NODE}'`);
  for (const old of ['v18.20.4', 'v20.20.2', 'v22.17.9']) {
    expect(refusalOf(old)).toMatch(/^stockpot: Stockpot needs Node\.js 22\.18\.0 or newer; this is v.*\.\nNext: /);
  }
  for (const enough of ['v22.18.0', 'v22.19.1', 'v24.0.0', process.version]) expect(refusalOf(enough)).toBeUndefined();
});
