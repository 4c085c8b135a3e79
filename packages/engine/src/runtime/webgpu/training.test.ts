import { beforeAll, describe, expect, test } from 'vitest';
import { initialise } from '../../models/initialise.js';
import { visionModel } from '../../models/vision-model.js';
import type { SslAlgorithm } from '../../recipe/ssl-options.js';
import { sslMethods } from '../../ssl/methods.js';
import { Recorder } from '../../training/curve.fixture.js';
import { classifier } from '../../training/inference.js';
import { trainLinearProbe } from '../../training/linear-probe.js';
import type { DeviceName } from '../devices.js';
import { whyNoHalfPrecision, whyNoWebgpu } from './adapter.fixture.js';
import { curvesOn, fineTuning, miniature, preTraining, sslLoss, textFineTuning } from './trainings.fixture.js';

/**
 * Largest difference between webgpu and cpu, relative to the larger of 1 and the number. Norms of gradients are further
 * apart than losses: batch normalisation of four examples divides by what is nearly nothing.
 */
const LOSS_BOUND = 1e-4;
const NORM_BOUND = 1e-3;
/** As far as losses in f16 may be from losses in f32. */
const HALF_BOUND = 2e-2;

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});

function expectClose(found: readonly number[], right: readonly number[], bound: number): void {
  expect(found).toHaveLength(right.length);
  const apart = right.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)) / Math.max(1, Math.abs(value)));
  expect(Math.max(...apart), `${found} against ${right}`).toBeLessThan(bound);
}

describe('from the same seed, webgpu trains as cpu does', () => {
  test('fine-tuning with AdamW, clipping and label smoothing, 10 steps', async (context) => {
    if (missing !== null) return context.skip(missing);
    const [cpu, webgpu] = [await curvesOn('cpu', fineTuning(10)), await curvesOn('webgpu', fineTuning(10))];
    expect(cpu.loss).toHaveLength(10);
    expectClose(webgpu.loss, cpu.loss, LOSS_BOUND);
    expectClose(webgpu.norm, cpu.norm, NORM_BOUND);
  });

  test('fine-tuning of a text model with everything that it can be told, 6 steps', async (context) => {
    if (missing !== null) return context.skip(missing);
    const [cpu, webgpu] = [await curvesOn('cpu', textFineTuning(6)), await curvesOn('webgpu', textFineTuning(6))];
    expect(cpu.loss).toHaveLength(6);
    expectClose(webgpu.loss, cpu.loss, LOSS_BOUND);
    expectClose(webgpu.norm, cpu.norm, NORM_BOUND);
  });

  test.for(Object.keys(sslMethods) as SslAlgorithm[])('%s, 10 steps', async (algorithm, context) => {
    if (missing !== null) return context.skip(missing);
    const training = preTraining(sslLoss(algorithm), 10);
    const [cpu, webgpu] = [await curvesOn('cpu', training), await curvesOn('webgpu', training)];
    expect(cpu.loss).toHaveLength(10);
    expectClose(webgpu.loss, cpu.loss, LOSS_BOUND);
    expectClose(webgpu.norm, cpu.norm, NORM_BOUND);
  });

  test('lejepa in two parts of the batch, as on cpu in one piece, 3 steps', async (context) => {
    if (missing !== null) return context.skip(missing);
    const loss = sslLoss('lejepa');
    const [cpu, webgpu] = [
      await curvesOn('cpu', preTraining(loss, 3)),
      await curvesOn('webgpu', preTraining(loss, 3, 2)),
    ];
    expectClose(webgpu.loss, cpu.loss, LOSS_BOUND);
    expectClose(webgpu.norm, cpu.norm, NORM_BOUND);
  });

  test('fine-tuning in f16, which follows f32 on the CPU, 10 steps', async (context) => {
    const without = await whyNoHalfPrecision();
    if (without !== null) return context.skip(without);
    const [cpu, webgpu] = [
      await curvesOn('cpu', fineTuning(10)),
      await curvesOn('webgpu', { ...fineTuning(10), precision: 'f16' }),
    ];
    expectClose(webgpu.loss, cpu.loss, HALF_BOUND);
  });

  test('fine-tuning of a text model in f16, which follows f32 on the CPU, 6 steps', async (context) => {
    const without = await whyNoHalfPrecision();
    if (without !== null) return context.skip(without);
    const [cpu, webgpu] = [
      await curvesOn('cpu', textFineTuning(6)),
      await curvesOn('webgpu', { ...textFineTuning(6), precision: 'f16' }),
    ];
    expectClose(webgpu.loss, cpu.loss, HALF_BOUND);
  });

  test('a linear probe', async (context) => {
    if (missing !== null) return context.skip(missing);
    const probeOn = async (device: DeviceName) => {
      const features = Float32Array.from({ length: 12 * 8 }, (_, i) => Math.sin(i * i));
      const labels = Array.from({ length: 12 }, (_, i) => i % 3);
      const { head, finalLoss } = await trainLinearProbe(
        { width: 8, features, labels },
        { model: visionModel(miniature), classes: 3 },
        { epochs: 3, batch: 4, lr: 1e-2, weightDecay: 0, seed: 2 },
        { device, threads: 1, reporter: new Recorder(), signal: new AbortController().signal, checkpoints: null },
      );
      return [finalLoss, ...[...head.values()].flatMap(({ data }) => [...data])];
    };
    expectClose(await probeOn('webgpu'), await probeOn('cpu'), LOSS_BOUND);
  });

  test('inference', async (context) => {
    if (missing !== null) return context.skip(missing);
    const model = visionModel(miniature);
    const tensors = initialise([...model.parameters, ...model.head(3)], 3);
    const weights = new Map(
      [...tensors].map(([name, { shape, data }]) => [name, { dtype: 'f32' as const, shape, data }]),
    );
    const logitsOn = async (device: DeviceName) => {
      const network = await classifier(weights, miniature, { batch: 2, threads: 1, device });
      const logits = await network.logits(Float32Array.from({ length: 3 * 64 }, (_, i) => Math.sin(0.7 * i)));
      await network.dispose();
      return [...logits];
    };
    expectClose(await logitsOn('webgpu'), await logitsOn('cpu'), LOSS_BOUND);
  });
});
