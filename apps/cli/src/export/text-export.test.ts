import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folder, removeFolders } from '../cli.fixture.js';
import { run } from '../soup/run.fixture.js';
import { writeForeignText, writeOwnTexts, writeTexts } from '../soup/text-files.fixture.js';
import { writeImages } from '../soup/vit-files.fixture.js';

const before = process.cwd();
const place = folder();

beforeAll(async () => {
  process.chdir(place);
  writeForeignText('hf', 0);
  await run('import hf -o own');
  writeOwnTexts('own/model.safetensors', { 'A.safetensors': 1, 'B.safetensors': 2 });
  await run('soup uniform A.safetensors B.safetensors -o soup.safetensors');
  writeTexts('DIR');
});
afterAll(() => {
  process.chdir(before);
  removeFolders();
});

const read = (...names: readonly string[]) => readFileSync(join(...names), 'utf8');

describe('a soup of text models as a network for use', () => {
  test.each([
    ['f32', ''],
    ['f16', ''],
    ['int8-dynamic', ''],
    ['int8-static', '--calibrate train:60'],
  ])('%s: with its tokenizer, its classes, and its accuracy beside that of the model', async (precision, more) => {
    const told = `--precision ${precision} ${more} --data DIR --tolerance 0.2 --json -o ${precision}`;
    const record = JSON.parse(await run(`export soup.safetensors --format onnx ${told}`));
    expect(JSON.parse(read(precision, 'export.json'))).toEqual(record);
    // The model's own number is the one that choosing a soup would state.
    const chosen = JSON.parse(
      await run(`soup greedy soup.safetensors --data DIR --selection test --json -o chosen-${precision}.safetensors`),
    );
    expect(record.comparison).toMatchObject({ n: 60, original: { top1: chosen.scores[0] } });
    expect(Math.abs(record.comparison.difference.top1)).toBeLessThanOrEqual(precision === 'f32' ? 0 : 0.2);
    expect(record.input).toMatchObject({
      names: ['input_ids', 'attention_mask', 'token_type_ids'],
      positions: 12,
      batch: null,
    });
    expect(readdirSync(precision).sort()).toEqual(
      ['README.md', 'config.json', 'export.json', 'model.onnx', 'tokenizer.json', 'tokenizer_config.json'].sort(),
    );
    expect(read(precision, 'tokenizer.json')).toBe(read('hf', 'tokenizer.json'));
    expect(JSON.parse(read(precision, 'config.json'))).toMatchObject({
      model_type: 'bert',
      id2label: { 0: 'bad', 1: 'dull', 2: 'good' },
    });
    const card = read(precision, 'README.md');
    expect(card).toContain('pipeline_tag: text-classification');
    expect(card).toMatch(/\| A\.safetensors \| 0\.5 \| `[0-9a-f]{64}` \|/);
    expect(card).toMatch(/\| top-1, 95 % interval \| \d+\.\d\d % .* \| \d+\.\d\d % /);
    expect(card).toContain('tokenizer = AutoTokenizer.from_pretrained(".")');
  });

  test('says on the screen what was measured, on how many texts', async () => {
    const said = await run('export soup.safetensors --format onnx --data DIR --split test:40 -o shown');
    expect(said).toMatch(
      /input input_ids, attention_mask, token_type_ids \[batch, sequence\], output logits \[batch, 3\]/,
    );
    expect(said).toMatch(/the same class for 100\.00 % of 40 texts: 40 texts of the part 'test' of DIR/);
    expect(said).toMatch(/one text [\d.]+ ms, [\d,]+ texts a second/);
  });

  test('what does not fit ends with a sentence, and nothing is written', async () => {
    writeImages('PICTURES');
    const never = (...words: readonly string[]) =>
      run(['export soup.safetensors --format onnx -o never', ...words].join(' '));
    await expect(never('--preprocessing graph')).rejects.toThrow(/an ONNX file takes tokens/);
    await expect(never('--data PICTURES --split train')).rejects.toThrow(/reads texts, and these are images/);
    await expect(never('--precision int8-static')).rejects.toThrow(/ranges of the network on texts, and no data/);
    await expect(never('--data DIR --precision int8-static --calibrate test')).rejects.toThrow(
      /judged by the texts of 'test' that it was calibrated on/,
    );
    mkdirSync('OTHER');
    writeFileSync('OTHER/test.csv', 'text,label\na film,fine\na soup,fine\na dull soup,dull\na bad film,bad\n');
    await expect(never('--data OTHER')).rejects.toThrow(
      /Row 2 of the head answers the class 'good', which in the data is 'fine'/,
    );
    expect(existsSync('never')).toBe(false);
  });
});
