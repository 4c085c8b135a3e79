import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../json.js';
import { plannedExampleSoup } from '../recipe/example-soups.js';
import { verifySoup } from '../soups/files.js';
import type { StepResult } from './definition.js';
import { stepDefinitions } from './index.js';
import { scoredModels } from './scored-models.fixture.js';

const jsonRecord = z.record(z.string(), z.json());
const imageSoup = z.looseObject({ method: z.enum(['instant-seasoning', 'self-seasoning', 'fisher', 'regmean']) });

const { models, context, output, manifest, fixBenchmark, plain, evaluate, greedy } = scoredModels();

describe('a greedy soup', () => {
  test('evaluated again on its selection split scores what its trace says, no less than its best ingredient', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, benchmark));
    const soup = await greedy(benchmark, evaluations);
    const trace = soup.summary.trace as unknown as { accepted: boolean; score: number }[];
    const last = trace.filter(({ accepted }) => accepted).at(-1);
    const again = await evaluate(output(soup, 'checkpoint'), benchmark);
    expect(again.summary.top1).toBe(last?.score);
    expect(Number(again.summary.top1)).toBeGreaterThanOrEqual(
      Math.max(...evaluations.map(({ summary }) => Number(summary.top1))),
    );
    expect(soup.summary).toMatchObject({ method: 'greedy', parameters: { accept: '>=' }, rule: '>=', n: 60 });
    expect(trace).toHaveLength(models.length);
    expect((await greedy(benchmark, evaluations)).outputs).toEqual(soup.outputs);
  });

  test('chosen on a test split is refused', async () => {
    const benchmark = await fixBenchmark(plain('test'));
    await expect(greedy(benchmark, [])).rejects.toThrow(
      "A soup was to be chosen on the split 'test', whose role is 'test'.",
    );
  });

  test('by scores of another protocol is refused', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const other = await fixBenchmark({ ...plain('selection'), subset: { count: 30, seed: 1 } });
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, other));
    await expect(greedy(benchmark, evaluations)).rejects.toThrow(/the evaluation was made by the protocol/);
  });
});

describe('soups that are chosen or learned otherwise', () => {
  const cook = async (parameters: JsonObject, benchmark: StepResult, evaluations: readonly StepResult[]) => {
    const scored = evaluations.map((evaluation) => output(evaluation, 'evaluation'));
    const inputs = {
      ...{ ingredients: models, dataset: [manifest()], benchmark: [output(benchmark, 'protocol')] },
      ...(scored.length === 0 ? {} : { evaluations: scored }),
    };
    return stepDefinitions.soup.execute(parameters, context(inputs));
  };

  test('by every search: what is written scores what the trace says', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    const evaluations: StepResult[] = [];
    for (const model of models) evaluations.push(await evaluate(model, benchmark));
    for (const parameters of [
      { method: 'greedier', accept: '>=' },
      { method: 'greedier', accept: '>', replacement: true, most: 3 },
      { method: 'pruned', accept: '>=' },
      { method: 'greedy', accept: '>=', order: 'random', seed: 4, tolerance: 0.05, patience: 2 },
    ]) {
      const soup = await cook(parameters, benchmark, evaluations);
      const { method: _, ...told } = parameters;
      expect(soup.summary).toMatchObject({
        method: parameters.method,
        parameters: told,
        n: 60,
        rule: parameters.accept,
      });
      const trace = soup.summary.trace as unknown as { accepted: boolean; score: number; best: number }[];
      const kept = trace.filter(({ accepted }) => accepted).at(-1)?.score ?? trace[0]?.best;
      expect((await evaluate(output(soup, 'checkpoint'), benchmark)).summary.top1).toBe(kept);
      // Its certificate proves the mixture from the files, and the choice from its own scores: the search is done again.
      const files = models.map(({ path }) => path);
      const proven = await verifySoup(output(soup, 'checkpoint').path, files, output(soup, 'certificate').path);
      expect([proven.discrepancies, proven.certificate.chosen?.method]).toEqual([[], parameters.method]);
    }
  });

  test('by gradient: the loss falls, the selection split is named, twice the same bytes', async () => {
    const benchmark = await fixBenchmark(plain('selection'));
    for (const by of ['model', 'tensor']) {
      const parameters = { method: 'learned', by, epochs: 3, batch: 32, lr: 0.05, seed: 1 };
      const soup = await cook(parameters, benchmark, []);
      const { losses } = soup.summary.learned as unknown as { losses: number[] };
      expect(losses).toHaveLength(3);
      expect(losses[2]).toBeLessThan(losses[0] ?? 0);
      expect(soup.summary).toMatchObject({ method: 'learned', n: 60, rule: null, trace: [] });
      expect((await cook(parameters, benchmark, [])).outputs).toEqual(soup.outputs);
      const files = models.map(({ path }) => path);
      const proven = await verifySoup(output(soup, 'checkpoint').path, files, output(soup, 'certificate').path);
      expect([proven.discrepancies, proven.cookedAgain]).toEqual([[], true]);
      expect(soup.summary).toMatchObject({ mixing: by === 'tensor' ? 'by tensor' : 'linear' });
    }
  });

  test.each([
    { method: 'instant-seasoning', draws: 4, k: 3 },
    { method: 'self-seasoning', epochs: 2, batch: 20, k: 4 },
    { method: 'fisher' },
    { method: 'fisher', labels: 'sampled', weights: [3, 1, 1, 1] },
    { method: 'regmean', batch: 16 },
  ])('by the images themselves: $method, proven offline from what it names', async (told) => {
    const benchmark = await fixBenchmark(plain('selection'));
    const parameters = plannedExampleSoup(imageSoup.parse(told), 5);
    const soup = await cook(jsonRecord.parse(parameters), benchmark, []);
    const measures = told.method === 'fisher' || told.method === 'regmean';
    expect(soup.summary).toMatchObject({ mixing: measures ? 'nominal' : 'linear', n: 60, rule: null, trace: [] });
    const shares = soup.summary.coefficients as unknown as { coefficient: number }[];
    expect(shares.reduce((sum, { coefficient }) => sum + coefficient, 0)).toBeCloseTo(1, 9);
    const measured = models.flatMap((_, index) => {
      const name = `measured-${index + 1}`;
      return soup.outputs[name] === undefined ? [] : [output(soup, name)];
    });
    expect(measured).toHaveLength(measures ? models.length : 0);
    const given = [...models, ...measured].map(({ path }) => path);
    const proven = await verifySoup(output(soup, 'checkpoint').path, given, output(soup, 'certificate').path);
    expect([proven.discrepancies, proven.cookedAgain]).toEqual([[], true]);
    expect(proven.certificate.chosen?.method).toBe(told.method);
    expect((await cook(jsonRecord.parse(parameters), benchmark, [])).outputs).toEqual(soup.outputs);
    await expect(cook(jsonRecord.parse(parameters), await fixBenchmark(plain('test')), [])).rejects.toThrow(
      /whose role is 'test'/,
    );
  });

  test('not by gradient on a test split, nor on corrupted images', async () => {
    const parameters = { method: 'learned', by: 'model', epochs: 1, batch: 32, lr: 0.05, seed: 1 };
    await expect(cook(parameters, await fixBenchmark(plain('test')), [])).rejects.toThrow(/whose role is 'test'/);
    const foggy = { split: 'selection', subset: { count: 2, seed: 3 }, corruptions: 'mnist-c', severities: [1] };
    await expect(cook(parameters, await fixBenchmark(foggy), [])).rejects.toThrow(/images of a split as they are/);
  });
});
