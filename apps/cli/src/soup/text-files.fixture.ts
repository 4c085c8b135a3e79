/** @file Small text classifiers as files, as transformers saved one and as Stockpot has it, with texts for them. Used by tests only. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decodeSafetensors, encodeSafetensors } from '@stockpot/engine/checkpoints';
import { z } from 'zod';
import { moved, packed, type Tensors, unpacked } from './moved-weights.fixture.js';

const fixtures = new URL('../../../../packages/engine/src/models/text/fixtures/', import.meta.url);
const { cases } = z
  .object({ cases: z.array(z.object({ name: z.string(), config: z.string(), weights: z.record(z.string(), packed) })) })
  .parse(JSON.parse(readFileSync(new URL('bert.json', fixtures), 'utf8')));
const [bert] = cases;
if (bert === undefined) throw new Error('The fixture has no BERT of transformers.');
const { weights, config } = bert;

/** Words for as many ids as the miniature's vocabulary has, WordPiece as BERT's. */
const WORDS = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  '[MASK]',
  '.',
  ',',
  'good',
  'bad',
  'dull',
  'a',
  'very',
  'film',
  'soup',
];
const vocabulary: number = z.object({ vocab_size: z.int() }).parse(JSON.parse(config)).vocab_size;
const tokenizer = {
  version: '1.0',
  added_tokens: WORDS.slice(0, 5).map((content, id) => ({
    ...{ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true },
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    lowercase: true,
    strip_accents: null,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'TemplateProcessing',
    single: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
    ],
    pair: [
      { SpecialToken: { id: '[CLS]', type_id: 0 } },
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: '[SEP]', type_id: 0 } },
      { Sequence: { id: 'B', type_id: 1 } },
      { SpecialToken: { id: '[SEP]', type_id: 1 } },
    ],
    special_tokens: {
      '[CLS]': { id: '[CLS]', ids: [2], tokens: ['[CLS]'] },
      '[SEP]': { id: '[SEP]', ids: [3], tokens: ['[SEP]'] },
    },
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(Array.from({ length: vocabulary }, (_, id) => [WORDS[id] ?? `word${id}`, id])),
  },
};

const original = unpacked(weights);

/** Writes the folder of a text model as transformers does, with the names of three classes. */
export function writeForeignText(folder: string, way: number): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/model.safetensors`, encodeSafetensors(moved(original, way, 0.2), { format: 'pt' }));
  const id2label = { 0: 'bad', 1: 'dull', 2: 'good' };
  writeFileSync(`${folder}/config.json`, JSON.stringify({ ...JSON.parse(config), id2label }));
  writeFileSync(`${folder}/tokenizer.json`, JSON.stringify(tokenizer));
  writeFileSync(`${folder}/tokenizer_config.json`, JSON.stringify({ pad_token: '[PAD]', model_max_length: 12 }));
}

/** Writes models some way off one that Stockpot imported, each as one file. */
export function writeOwnTexts(imported: string, files: Readonly<Record<string, number>>): void {
  const { tensors, metadata } = decodeSafetensors(readFileSync(imported));
  for (const [file, way] of Object.entries(files)) {
    writeFileSync(file, encodeSafetensors(moved(tensors, way, 0.2), metadata));
  }
}

/** Writes a model whose head answers one number, as those of STS-B do. */
export function writeRegression(imported: string, file: string): void {
  const { tensors, metadata } = decodeSafetensors(readFileSync(imported));
  const width = tensors.get('head.weight')?.shape[1] ?? 0;
  const head: Tensors = new Map([
    ['head.weight', { dtype: 'f32', shape: [1, width], data: new Float32Array(width) }],
    ['head.bias', { dtype: 'f32', shape: [1], data: new Float32Array(1) }],
  ]);
  writeFileSync(file, encodeSafetensors(new Map([...tensors, ...head]), metadata));
}

/** Writes 300 texts of several lengths in three classes as tables, the sets `train` and `test`. */
export function writeTexts(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [set, n] of [
    ['train', 240],
    ['test', 60],
  ] as const) {
    const rows = Array.from({ length: n }, (_, index) => {
      const label = ['bad', 'dull', 'good'][index % 3];
      const very = 'very '.repeat(Math.floor(index / 3) % 5);
      return `"a ${very}${label} ${index % 2 === 0 ? 'film' : 'soup'} word${14 + (index % 20)}",${label}`;
    });
    writeFileSync(`${folder}/${set}.csv`, ['text,label', ...rows, ''].join('\n'));
  }
}

/** Writes what tests of commands on texts ask about: a stock and three ingredients of it, and the folder DIR of texts. */
export async function writeTextKitchen(run: (line: string) => Promise<unknown>): Promise<void> {
  writeForeignText('hf', 0);
  await run('import hf -o own');
  writeOwnTexts('own/model.safetensors', {
    'S.safetensors': 0,
    'A.safetensors': 1,
    'B.safetensors': 2,
    'C.safetensors': 3,
  });
  writeTexts('DIR');
}
