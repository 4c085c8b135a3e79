import { beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors, readSafetensors } from '../../checkpoints/safetensors.js';
import { costSummary } from '../../evaluation/cost/cost-document.js';
import type { CostParameters } from '../../recipe/cost.js';
import type { InputArtifact } from '../definition.js';
import { stepDefinitions } from '../index.js';
import { scoredModels } from '../scored-models.fixture.js';

const kitchen = scoredModels();
let wider: InputArtifact;

/** A model of the same architecture whose head knows twice the classes. */
async function widen({ path }: InputArtifact): Promise<InputArtifact> {
  const { tensors, metadata } = await readSafetensors(path);
  const changed = [...tensors].map(([name, tensor]): [string, typeof tensor] => {
    if (!name.startsWith('head.') || !(tensor.data instanceof Float32Array)) return [name, tensor];
    const shape = [2 * (tensor.shape[0] ?? 0), ...tensor.shape.slice(1)];
    return [name, { ...tensor, shape, data: new Float32Array(2 * tensor.data.length) }];
  });
  return kitchen.keep(encodeSafetensors(new Map(changed), Object.fromEntries(metadata)));
}

async function measure(
  models: readonly InputArtifact[],
  parameters: Partial<CostParameters> = {},
  head?: InputArtifact,
) {
  const whole: CostParameters = {
    predictors: models.map(() => 'checkpoint' as const),
    batches: [1, 8],
    runs: 5,
    ...parameters,
  };
  const inputs = { models, ...(head === undefined ? {} : { head: [head] }) };
  const { summary, outputs } = await stepDefinitions.cost.execute(whole, kitchen.context(inputs));
  // Times are no part of stored bytes.
  expect(Buffer.from(await kitchen.read(outputs.networks?.hash ?? '')).toString()).not.toMatch(/Ms|seconds|others/);
  return costSummary.parse(summary);
}

describe('what answers cost', () => {
  beforeAll(async () => {
    const [model] = kitchen.models;
    if (model === undefined) throw new Error('There is no model.');
    wider = await widen(model);
  });

  test('is measured once for models that differ in their weights alone, and states its conditions', async () => {
    const [first, second] = kitchen.models;
    if (first === undefined || second === undefined) throw new Error('There are no models.');
    const { machine, networks } = await measure([first, wider, second]);
    expect(networks.map(({ models }) => models)).toEqual([[0, 2], [1]]);
    expect(machine).toMatchObject({ device: 'cpu', threads: 1 });
    expect(machine.processor).not.toBe('');
    const [narrow, wide] = networks;
    const { tensors } = await readSafetensors(first.path);
    const sizes = [...tensors].map(([, { data }]) => data.length);
    expect(narrow?.parameters).toBe(sizes.reduce((sum, size) => sum + size, 0));
    // Three more rows of a head on 16 features, with their biases.
    expect((wide?.parameters ?? 0) - (narrow?.parameters ?? 0)).toBe(3 * (16 + 1));
    expect((wide?.multiplyAdds ?? 0) - (narrow?.multiplyAdds ?? 0)).toBe(3 * 16);
    expect(narrow?.example).toEqual([1, 12, 12]);
    expect(narrow?.batches.map(({ batch }) => batch)).toEqual([1, 8]);
    for (const { lowMs, medianMs, highMs, runs } of narrow?.batches ?? []) {
      expect(runs).toBeGreaterThanOrEqual(5);
      expect(lowMs).toBeGreaterThan(0);
      expect(lowMs).toBeLessThanOrEqual(medianMs);
      expect(medianMs).toBeLessThanOrEqual(highMs);
    }
  });

  test('of a model without a head is that with the head of the stock, or that of its features', async () => {
    const [model] = kitchen.models;
    if (model === undefined) throw new Error('There is no model.');
    const { tensors, metadata } = await readSafetensors(model.path);
    const split = (ofHead: boolean) =>
      kitchen.keep(
        encodeSafetensors(
          new Map([...tensors].filter(([name]) => name.startsWith('head.') === ofHead)),
          Object.fromEntries(metadata),
        ),
      );
    const [body, head] = [await split(false), await split(true)];
    const { networks } = await measure(
      [model, body, body],
      { predictors: ['checkpoint', 'probe', 'features'], batches: [1] },
      head,
    );
    expect(networks.map(({ models }) => models)).toEqual([[0, 1], [2]]);
    expect((networks[0]?.parameters ?? 0) - (networks[1]?.parameters ?? 0)).toBe(3 * 17);
  });

  test('of a file that is no model is an error in words, and nothing is measured after it was told to stop', async () => {
    const empty = await kitchen.keep(encodeSafetensors(new Map(), {}));
    await expect(measure([empty])).rejects.toThrow(/its metadata has no stockpot.architecture/);
    const aborted = kitchen.context({ models: kitchen.models.slice(0, 1) }, AbortSignal.abort());
    const parameters: CostParameters = { predictors: ['checkpoint'], batches: [1], runs: 5 };
    await expect(stepDefinitions.cost.execute(parameters, aborted)).rejects.toThrow(/measurement was cancelled/i);
  });
});
