import { beforeAll, expect, test } from 'vitest';
import { visionModel } from '../../models/vision-model.js';
import { keyed } from '../../random/index.js';
import { DROP_PATH_INPUT, dropPathMasks } from '../../training/drop-path.js';
import { fineTuningTask } from '../../training/fine-tuning.js';
import { layerDecay, layersOf } from '../../training/layer-decay.js';
import { lars } from '../../training/optimizers/lars.js';
import { sgd } from '../../training/optimizers/sgd.js';
import type { Training } from '../../training/train.js';
import { whyNoWebgpu } from './adapter.fixture.js';
import { curvesOn, fineTuning, miniature } from './trainings.fixture.js';

const STEPS = 3;

let missing: string | null = null;
beforeAll(async () => {
  missing = await whyNoWebgpu();
});

/** The miniature's fine-tuning with every option that changes the step graph, over an optimizer. */
function everything(optimizer: Training['optimizer']): Training {
  const plain = fineTuning(STEPS);
  const model = visionModel(miniature);
  const layers = layersOf(model.layers, 'Drop path');
  const batch = plain.batches.batchSize;
  return {
    ...plain,
    optimizer,
    task: fineTuningTask(model, 3, batch, { dropPath: true, freeze: ['patch_embed.*'] }),
    lrScale: layerDecay(layers, 0.7),
    ema: 0.9,
    accumulate: 2,
    batches: {
      batchSize: batch,
      at: async (step) => {
        const streams = Array.from({ length: batch }, (_, example) => keyed(9, step, example));
        return { ...(await plain.batches.at(step)), [DROP_PATH_INPUT]: dropPathMasks(layers, 0.5, streams) };
      },
    },
  };
}

test.for([
  ['SGD', sgd({ nesterov: true })],
  ['LARS', lars()],
] as const)(
  '%s with layer decay, drop path, frozen parameters, accumulation and a mean of the weights trains on webgpu as on cpu',
  async ([, optimizer], context) => {
    if (missing !== null) return context.skip(missing);
    const training = everything(optimizer);
    const [cpu, webgpu] = [await curvesOn('cpu', training), await curvesOn('webgpu', training)];
    expect(cpu.loss).toHaveLength(STEPS);
    for (const [step, loss] of cpu.loss.entries()) {
      expect(Math.abs((webgpu.loss[step] ?? Number.NaN) - loss)).toBeLessThan(1e-4);
      expect(Math.abs((webgpu.norm[step] ?? Number.NaN) - (cpu.norm[step] ?? Number.NaN))).toBeLessThan(1e-3);
    }
  },
);
