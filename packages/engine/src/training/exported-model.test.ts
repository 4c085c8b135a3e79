/** An .onnx file that PyTorch exported is fine-tuned, written again with its own names, and read back. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { encodeOnnx, modelGraph, type OnnxModel, readOnnx } from '../graph/onnx/index.js';
import { numbersOf, tensor } from '../graph/tensor.js';
import { compile } from '../runtime/executable.js';
import { packedTensor } from '../testing/oracle.fixture.js';
import { smoothedTargets, softTargetCrossEntropy } from './cross-entropy.js';
import { Recorder } from './curve.fixture.js';
import { adamw } from './optimizers/adamw.js';
import { warmupCosine } from './schedules/cosine.js';
import { train } from './train.js';
import type { TrainingTask } from './training-task.js';

const { cases } = z
  .object({ cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()), x: packedTensor })) })
  .parse(JSON.parse(readFileSync(new URL('../graph/onnx/fixtures/pytorch-exports.json', import.meta.url), 'utf8')));

const STEPS = 100;
const CLASSES = 5;
/** The class of each of the two images. */
const labels = [3, 0];

function fineTuning(model: OnnxModel): TrainingTask {
  return {
    parameters: [...model.parameters].map(([name, { shape }]) => ({ name, shape, initial: { kind: 'zeros' } })),
    frozen: new Set(),
    inputs: [
      { name: 'x', dtype: 'f32', shape: model.inputs[0]?.shape ?? [] },
      { name: 'targets', dtype: 'f32', shape: [labels.length, CLASSES] },
    ],
    loss(b, parameters, input) {
      const values = Object.fromEntries([...model.parameters.keys()].map((name) => [name, parameters(name)]));
      const { y } = model.build(b, { x: input('x') }, values);
      if (y === undefined) throw new Error('The model has no output y.');
      return softTargetCrossEntropy(b, y, input('targets'));
    },
  };
}

async function logitsOf(model: OnnxModel, x: z.output<typeof packedTensor>): Promise<number[]> {
  const executable = await compile(modelGraph(model), { device: 'cpu', threads: 1 });
  const { y } = await executable.run({ x });
  await executable.dispose();
  return y === undefined ? [] : [...numbersOf(y)];
}

test.each(['residual CNN', 'timm ViT'])('%s', async (name) => {
  const { files = {}, x } = cases[name] ?? {};
  if (x === undefined) throw new Error(`The fixture has no ${name}.`);
  const model = readOnnx(Buffer.from(files.TorchScript ?? '', 'base64'), { dimensions: { batch: labels.length } });
  const initial = new Map(
    [...model.parameters].map(([key, { shape, data }]) => [key, { shape, data: Float32Array.from(data, Number) }]),
  );
  const reporter = new Recorder();
  const targets = tensor('f32', [labels.length, CLASSES], smoothedTargets(labels, CLASSES, 0));
  const { parameters } = await train(
    {
      task: fineTuning(model),
      initial,
      optimizer: adamw(),
      weightDecay: 0,
      schedule: warmupCosine({ peak: 0.02, steps: STEPS, warmupSteps: 3 }),
      clip: 1,
      batches: { batchSize: labels.length, at: () => ({ x, targets }) },
    },
    { threads: 1, device: 'cpu', reporter, signal: new AbortController().signal, checkpoints: null },
  );
  const losses = reporter.series.get('loss') ?? [];
  expect(losses.at(-1)).toBeLessThan(0.2 * (losses[0] ?? 0));

  const trained = new Map([...parameters].map(([key, { shape, data }]) => [key, tensor('f32', shape, data)]));
  const written = readOnnx(encodeOnnx(modelGraph(model, trained)));
  expect([...written.parameters.keys()].sort()).toEqual([...model.parameters.keys()].sort());
  for (const [key, { data }] of written.parameters) expect(data, key).toEqual(parameters.get(key)?.data);
  const logits = await logitsOf(written, x);
  const chosen = labels.map((_, row) => {
    const scores = logits.slice(row * CLASSES, (row + 1) * CLASSES);
    return scores.indexOf(Math.max(...scores));
  });
  expect(chosen).toEqual(labels);
});
