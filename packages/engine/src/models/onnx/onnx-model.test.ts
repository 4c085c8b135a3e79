import { expect, test } from 'vitest';
import { z } from 'zod';
import { decodeSafetensors } from '../../checkpoints/safetensors.js';
import { networkGraph } from '../../export/network.js';
import { GraphBuilder } from '../../graph/builder.js';
import { decodeOnnx, encodeOnnx } from '../../graph/onnx/index.js';
import { tensor } from '../../graph/tensor.js';
import { compile } from '../../runtime/executable.js';
import { interpret } from '../../runtime/reference/index.js';
import { largestDifference, packedTensor, readFixture } from '../../testing/oracle.fixture.js';
import { smoothedTargets } from '../../training/cross-entropy.js';
import { fineTuningTask } from '../../training/fine-tuning.js';
import { classifier } from '../../training/inference.js';
import { adamw } from '../../training/optimizers/adamw.js';
import { warmupCosine } from '../../training/schedules/cosine.js';
import { train } from '../../training/train.js';
import { initialise } from '../initialise.js';
import { namedTensors } from '../load-model.js';
import { describeModel } from '../metadata.js';
import { parameterValues } from '../parameter-values.js';
import { encodeModel } from '../save-model.js';
import { visionModel } from '../vision-model.js';
import { type ImportedOnnxModel, importOnnx } from './import-onnx.js';

/** Networks that PyTorch exported, with what it computed of them. */
const { cases } = readFixture(new URL('../../graph/onnx/fixtures/pytorch-exports.json', import.meta.url), {
  cases: z.record(z.string(), z.object({ files: z.record(z.string(), z.base64()), x: packedTensor, y: packedTensor })),
});
const preprocessing = { mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };

function exported(name: string) {
  const found = cases[name];
  if (found === undefined) throw new Error(`There is no export of a ${name}.`);
  const files = Object.entries(found.files).map(([exporter, file]) => [exporter, Buffer.from(file, 'base64')] as const);
  return { ...found, files };
}

/** The model as a recipe would find it: written as a checkpoint and read again. */
function stored({ architecture, tensors }: ImportedOnnxModel) {
  const bytes = encodeModel(namedTensors(tensors, visionModel(architecture).parameters), {
    architecture,
    preprocessing,
  });
  const checkpoint = decodeSafetensors(bytes);
  return { ...describeModel(checkpoint.metadata, 'stored'), tensors: checkpoint.tensors };
}

const images = ['residual CNN', 'timm ViT'].flatMap((name) =>
  exported(name).files.map(([exporter, file]) => ({ name, exporter, file, ...exported(name) })),
);

test.each(images)(
  "$name by $exporter gives PyTorch's numbers for any batch, as a checkpoint",
  async ({ file, x, y }) => {
    const { architecture, tensors } = stored(importOnnx(file, 'model.onnx', { preprocessing }));
    const model = visionModel(architecture);
    const [count = 0, ...image] = x.shape;
    expect(model.imageShape).toEqual(image);
    const size = x.data.length / count;
    for (const batch of [1, count]) {
      const b = new GraphBuilder();
      const values = new Map([...tensors].map(([name, { shape }]) => [name, b.input(name, 'f32', shape)]));
      b.output('rows', model.features(b, parameterValues(values), b.input('images', 'f32', [batch, ...image])));
      const executable = await compile(b.build(), { device: 'cpu', threads: 1 });
      const data = x.data.subarray(0, batch * size);
      const { rows } = await executable.run({
        ...Object.fromEntries(tensors),
        images: { dtype: 'f32', shape: [batch, ...image], data },
      });
      await executable.dispose();
      const expected = { data: y.data.subarray(0, (batch * y.data.length) / count) };
      expect(rows === undefined ? Number.NaN : largestDifference(rows, expected)).toBeLessThan(1e-4);
    }
  },
);

/** Thirty steps on four images of two classes. */
async function fineTuned({ architecture, tensors }: Pick<ImportedOnnxModel, 'architecture' | 'tensors'>) {
  const model = visionModel(architecture);
  const batch = 4;
  const classes = 2;
  const length = batch * model.imageShape.reduce((product, n) => product * n, 1);
  const pixels = Float32Array.from({ length }, (_, at) => Math.sin(at) + (at < length / 2 ? 0.5 : -0.5));
  const targets = smoothedTargets([0, 0, 1, 1], classes, 0);
  const result = await train(
    {
      task: fineTuningTask(model, classes, batch),
      initial: new Map([...namedTensors(tensors, model.parameters), ...initialise(model.head(classes), 1)]),
      optimizer: adamw(),
      weightDecay: 0,
      schedule: warmupCosine({ peak: 1e-2, steps: 30, warmupSteps: 3 }),
      clip: 1,
      batches: {
        batchSize: batch,
        at: () => ({
          images: { dtype: 'f32', shape: [batch, ...model.imageShape], data: pixels },
          targets: { dtype: 'f32', shape: [batch, classes], data: targets },
        }),
      },
    },
    {
      device: 'cpu',
      threads: 1,
      signal: new AbortController().signal,
      reporter: { metric: () => undefined, progress: () => undefined },
      checkpoints: null,
    },
  );
  return { model, pixels, ...result };
}

test('a network is fine-tuned with a new head, its own weights with it, and stored again', async () => {
  const [first] = exported('residual CNN').files;
  if (first === undefined) throw new Error('The network was not exported.');
  const { architecture, tensors } = importOnnx(first[1], 'model.onnx', { preprocessing });
  const { pixels, ...result } = await fineTuned({ architecture, tensors });
  const before = tensors.get('onnx.stem.weight') ?? [...tensors.values()][0];
  const name = [...tensors].find(([, tensor]) => tensor === before)?.[0] ?? '';
  expect(result.parameters.get(name)?.data).not.toEqual(before?.data);
  const bytes = encodeModel(result.parameters, { architecture, preprocessing });
  const again = decodeSafetensors(bytes);
  const network = await classifier(again.tensors, describeModel(again.metadata, 'again').architecture, {
    batch: 4,
    threads: 1,
  });
  const logits = await network.logits(pixels);
  await network.dispose();
  const chosen = [0, 1, 2, 3].map((row) => ((logits[2 * row] ?? 0) > (logits[2 * row + 1] ?? 0) ? 0 : 1));
  expect(chosen).toEqual([0, 0, 1, 1]);
});

test('what is no network of images is refused in words', () => {
  const [sequence] = exported('transformer').files;
  const [network] = exported('residual CNN').files;
  if (sequence === undefined || network === undefined) throw new Error('The networks were not exported.');
  expect(() => importOnnx(sequence[1], 'text.onnx', { preprocessing })).toThrow(
    /text.onnx: its inputs are ".*, where one of f32 \[batch, channels, height, width\] is expected/,
  );
  expect(() => importOnnx(network[1], 'cnn.onnx', { preprocessing, features: 'z' })).toThrow(
    /cnn.onnx: its outputs are "y"; which one a head is to read is not known/,
  );
  expect(() => importOnnx(Buffer.from('no network'), 'x.onnx', { preprocessing })).toThrow(
    /cannot be read as an ONNX file|has no graph/,
  );
});

test('a network for images that are no squares is fine-tuned, and goes out as a file again', async () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [2, 1, 6, 10]);
  const filters = b.constant(
    Array.from({ length: 4 * 9 }, (_, i) => Math.sin(7 * i)),
    'f32',
    [4, 1, 3, 3],
    'conv.weight',
  );
  const maps = b.relu(b.conv(x, filters));
  b.output('features', b.reduceMean(maps, { axes: [2, 3], keepdims: false }));
  const narrow = { mean: [0.5], std: [0.25] };
  const { architecture, tensors } = importOnnx(encodeOnnx(b.build()), 'wide.onnx', { preprocessing: narrow });
  expect(architecture).toMatchObject({ image: 6, imageWidth: 10, width: 4 });
  const { model, pixels, parameters } = await fineTuned({ architecture, tensors });
  expect(model.imageShape).toEqual([1, 6, 10]);
  const trained = new Map([...parameters].map(([name, { shape, data }]) => [name, tensor('f32', shape, data)]));
  const network = await classifier(trained, architecture, { batch: 4, threads: 1 });
  const logits = await network.logits(pixels);
  await network.dispose();
  expect(logits[0]).toBeGreaterThan(logits[1] ?? 0);
  const parts = { architecture, preprocessing: narrow, tensors: trained };
  const file = decodeOnnx(encodeOnnx(networkGraph(parts, 4, { pixels: false })));
  const again = interpret(file, { images: tensor('f32', [4, 1, 6, 10], pixels) }).logits;
  expect(again && largestDifference(tensor('f32', [4, 2], logits), again)).toBeLessThan(1e-5);
});
