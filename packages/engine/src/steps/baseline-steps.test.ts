import { describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../checkpoints/safetensors.js';
import type { StepResult } from './definition.js';
import { stepDefinitions } from './index.js';
import { scoredModels } from './scored-models.fixture.js';

const { models, context, output, keep, manifest, fixBenchmark, plain, evaluate, read } = scoredModels();

describe('baselines', () => {
  test('a uniform soup of one model is that model: the same blob, so nothing is evaluated twice', async () => {
    const inputs = { ingredients: models.slice(0, 1) };
    const soup = await stepDefinitions.soup.execute({ method: 'uniform' }, context(inputs));
    expect(soup.outputs.checkpoint?.hash).toBe(models[0]?.hash);
    expect(soup.summary).toMatchObject({
      coefficients: [{ index: 0, coefficient: 1 }],
      trace: [],
      rule: null,
      n: null,
    });
  });

  test('an ensemble of one is its member, of several the mean of their logits', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    const members = [];
    for (const model of models) members.push(await evaluate(model, benchmark));
    const list = await stepDefinitions.soup.execute({ method: 'logit-ensemble' }, context({ ingredients: models }));
    const ensemble = (logits: readonly StepResult[]) =>
      stepDefinitions.evaluate.execute(
        { predictor: 'logit-ensemble' },
        context({
          logits: logits.map((member) => output(member, 'logits')),
          members: [output(list, 'members')],
          dataset: [manifest()],
          benchmark: [output(benchmark, 'protocol')],
        }),
      );
    const [first] = members;
    if (first === undefined) throw new Error('no member');
    expect((await ensemble([first])).outputs.evaluation).toEqual(first.outputs.evaluation);
    const all = await ensemble(members);
    expect(all.summary).toMatchObject({ n: 40, forwardPasses: 160 });
    expect((await ensemble([...members].reverse())).outputs).toEqual(all.outputs);
    const document = JSON.parse(Buffer.from(await read(output(list, 'members').hash)).toString());
    expect(document).toEqual({ method: 'logit-ensemble', members: models.map(({ hash }) => hash) });
  });

  test('a greedy ensemble has the members that its logits choose, and answers as the ensemble of those alone', async () => {
    const selection = await fixBenchmark(plain('selection'));
    const answers = [];
    for (const model of models) answers.push(await evaluate(model, selection));
    const inputs = {
      ingredients: models,
      logits: answers.map((answer) => output(answer, 'logits')),
      dataset: [manifest()],
      benchmark: [output(selection, 'protocol')],
    };
    const parameters = { method: 'greedy-ensemble', accept: '>=' };
    const list = await stepDefinitions.soup.execute(parameters, context(inputs));
    const document = JSON.parse(Buffer.from(await read(output(list, 'members').hash)).toString());
    const { chosen } = document;
    expect(document.members).toEqual(chosen.map((index: number) => models[index]?.hash));
    const tops = answers.map(({ summary }) => Number(summary.top1));
    expect(list.summary).toMatchObject({
      rule: '>=',
      coefficients: chosen.map((index: number) => ({ index, coefficient: 1 / chosen.length })),
      trace: { 0: { index: tops.indexOf(Math.max(...tops)), score: Math.max(...tops) }, length: models.length },
    });
    const trace = JSON.parse(Buffer.from(await read(output(list, 'trace').hash)).toString());
    expect(trace).toMatchObject({ method: 'greedy-ensemble', ingredients: models.map(({ hash }) => hash) });
    expect(list.summary.trace).toEqual(
      trace.trace.map((trial: object) => ({ ...trial, milliseconds: expect.any(Number) })),
    );
    expect(JSON.stringify(trace)).not.toContain('milliseconds');
    const benchmark = await fixBenchmark(plain('test'));
    const members: StepResult[] = [];
    for (const model of models) members.push(await evaluate(model, benchmark));
    const ensemble = (logits: readonly StepResult[], members: StepResult | null) =>
      stepDefinitions.evaluate.execute(
        { predictor: 'logit-ensemble' },
        context({
          logits: logits.map((member) => output(member, 'logits')),
          ...(members === null ? {} : { members: [output(members, 'members')] }),
          dataset: [manifest()],
          benchmark: [output(benchmark, 'protocol')],
        }),
      );
    const alone = await ensemble(
      chosen.flatMap((index: number) => members[index] ?? []),
      null,
    );
    const found = await ensemble(members, list);
    expect(found.outputs).toEqual(alone.outputs);
    expect(found.summary.forwardPasses).toBe(40 * chosen.length);
    await expect(
      stepDefinitions.soup.execute(parameters, context({ ...inputs, benchmark: [output(benchmark, 'protocol')] })),
    ).rejects.toThrow(/whose role is 'test'/);
    await expect(
      stepDefinitions.soup.execute(parameters, context({ ...inputs, logits: inputs.logits.slice(1) })),
    ).rejects.toThrow(/needs what each of them answers/);
  });

  test('a greedy ensemble obeys its options, and says which of its candidates were known from equal ones', async () => {
    const selection = await fixBenchmark(plain('selection'));
    const [first] = models;
    if (first === undefined) throw new Error('no model');
    const answered = await evaluate(first, selection);
    const choose = (options: object) =>
      stepDefinitions.soup.execute(
        { method: 'greedy-ensemble', ...options },
        context({
          ingredients: [first, first, first, first],
          logits: [answered, answered, answered, answered].map((answer) => output(answer, 'logits')),
          dataset: [manifest()],
          benchmark: [output(selection, 'protocol')],
        }),
      );
    const verdicts = async (options: object) => {
      const { trace } = (await choose(options)).summary as { trace: { index: number; accepted: boolean }[] };
      return trace.map(({ index, accepted }) => `${index}${accepted ? '+' : '-'}`).join(' ');
    };
    // Copies of one model: all score the same.
    expect(await verdicts({ accept: '>=' })).toBe('0+ 1+ 2+ 3+');
    expect(await verdicts({ accept: '>' })).toBe('0+ 1- 2- 3-');
    expect(await verdicts({ accept: '>', patience: 2 })).toBe('0+ 1- 2-');
    expect(await verdicts({ accept: '>', patience: 1, ties: 'last' })).toBe('3+ 2-');
    expect(await verdicts({ accept: '>', tolerance: 0.5 })).toBe('0+ 1+ 2+ 3+');
    const { trace } = (await choose({ accept: '>=' })).summary as { trace: { cached?: true }[] };
    expect(trace.map(({ cached }) => cached)).toEqual([undefined, true, true, true]);
  });

  test('ingredients of other shapes are refused and nothing is stored', async () => {
    const stranger = await keep(
      encodeSafetensors(new Map([['head.weight', { dtype: 'f32' as const, shape: [1], data: Float32Array.of(1) }]])),
    );
    const inputs = { ingredients: [...models, stranger] };
    await expect(stepDefinitions.soup.execute({ method: 'uniform' }, context(inputs))).rejects.toThrow(
      /Ingredient 4 .* does not fit Ingredient 0/,
    );
  });
});
