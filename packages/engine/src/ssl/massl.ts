import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import { type Tensor, tensor } from '../graph/tensor.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { keyed } from '../random/index.js';
import { type SslOptions, sslOptions } from '../recipe/ssl-options.js';
import { SslOptionsError } from './errors.js';
import { applyHead, type Head, headParameters } from './heads.js';
import { blockCrossEntropy, memoryLogits } from './losses/block-cross-entropy.js';
import { meanOf } from './losses/mmcr.js';
import { normaliseRows } from './losses/normalise-rows.js';
import { cosineMomentum } from './momentum.js';
import { defineSslMethod, type Pass, type SslStep } from './ssl-method.js';
import { featuresOfViews, localSize, modelForSize, numberedViews, pipelines, splitViews } from './views.js';

type Options = SslOptions<'massl'>;

/** Side of the code's local views, as a share of its global ones. */
const LOCAL_SHARE = 96 / 224;

/**
 * MaSSL (Silva, Pedrini and Ramírez Rivera, ICML 2024; sthalles/MaSSL): student and teacher compare each view with a memory of
 * the teacher's embeddings, cut into random blocks; the student learns the teacher's distribution over each block from every
 * other view. The memory is a queue of the teacher's embeddings of the second global view; both sides read it as it was
 * before the step wrote.
 */
export const massl = defineSslMethod({
  options: sslOptions.massl,
  bind(architecture, options, { batch, seed }) {
    const {
      memory: slots = 65_536,
      block = 1024,
      teacher_momentum: momentum = 0.996,
      student_temperature: temperature = 0.1,
    } = options;
    const { global_views: globalCount = 2, local_views: localCount = 10, views: way = 'massl' } = options;
    checkMemory(slots, block, batch);
    const blocks = slots / block;
    const local = localSize(architecture, LOCAL_SHARE, options.local_image);
    const model = modelForSize(architecture, architecture.image);
    const small = modelForSize(architecture, local);
    const head = projection(model.featureWidth, options);
    const embed = (
      b: GraphBuilder,
      parameters: ParameterValues,
      views: readonly Value[],
      size: typeof model,
      pass: Pass,
    ) =>
      splitViews(
        b,
        normaliseRows(b, applyHead(b, parameters, head, featuresOfViews(b, size, parameters, views, pass))),
        views.length,
      );
    return {
      parameters: headParameters(head),
      frozen: new Set(),
      views: numberedViews(
        { pipelines: pipelines(way, 'global', globalCount), size: architecture.image },
        { pipelines: pipelines(way, 'local', localCount), size: local },
      ),
      inputs: [
        { name: 'permutation', dtype: 'i32', shape: [slots] },
        { name: 'teacher_temperature', dtype: 'f32', shape: [] },
      ],
      memory: [
        { name: 'queue', shape: [slots, widthOf(head)], initial: () => randomUnitRows(slots, widthOf(head), seed) },
      ],
      teacher: { momentum: cosineMomentum(momentum) },
      draw: (_, at) => ({
        permutation: tensor('i32', [slots], Int32Array.from(at.random.permutation(slots))),
        teacher_temperature: teacherTemperature(at, options),
      }),
      build: (b, parameters, views, input, { teacher, memory, student: told, still }) => {
        const [global, others] = [views.slice(0, globalCount), views.slice(globalCount)];
        const student = [
          ...embed(b, parameters, global, model, told(0, globalCount)),
          ...(others.length > 0 ? embed(b, parameters, others, small, told(globalCount, others.length)) : []),
        ];
        const taught = embed(b, teacher, global, model, still).map((rows) => b.stopGradient(rows));
        const queue = memory('queue');
        const logits = (rows: Value) => memoryLogits(b, rows, queue, input('permutation'), blocks);
        const found = student.map(logits);
        const wanted = taught.map(logits);
        const losses = wanted.flatMap((teacherLogits, i) =>
          found
            .filter((_, j) => i !== j)
            .map((own) => blockCrossEntropy(b, own, teacherLogits, temperature, input('teacher_temperature'))),
        );
        const enqueued = taught[1];
        if (enqueued === undefined) throw new Error('MaSSL was given fewer than two global views.');
        const kept = b.slice(queue, { starts: [batch], ends: [slots], axes: [0] });
        return {
          loss: meanOf(b, losses),
          memory: { queue: slots === batch ? enqueued : b.concat([kept, enqueued], { axis: 0 }) },
        };
      },
    };
  },
});

function projection(featureWidth: number, { hidden = 2048, width = 256 }: Options): Head {
  return {
    name: 'projector',
    widths: [featureWidth, hidden, hidden, width],
    activation: 'gelu',
    bias: true,
    hiddenNorm: false,
    lastNorm: false,
    initial: 'normal',
  };
}

function widthOf(head: Head): number {
  return head.widths.at(-1) ?? 0;
}

function checkMemory(slots: number, block: number, batch: number): void {
  for (const [what, divisor] of [
    ['the block', block],
    ['the batch', batch],
  ] as const) {
    if (slots % divisor !== 0) {
      throw new SslOptionsError(
        `MaSSL's memory of ${slots} embeddings is no multiple of ${what}, ${divisor}.`,
        `Use a memory that is a multiple of both the block, ${block}, and the batch, ${batch}.`,
      );
    }
  }
}

/** Rises in equal steps from the first temperature to the last in the share of the steps that warms up, then stays. */
function teacherTemperature({ step, steps }: SslStep, options: Options): Tensor {
  const { teacher_temperature: [first, last] = [0.04, 0.07], teacher_warmup: share = 0.0375 } = options;
  const warmup = Math.round(share * steps);
  const value = step >= warmup ? last : first + ((last - first) * step) / Math.max(1, warmup - 1);
  return tensor('f32', [], Float32Array.of(value));
}

/** What the memory holds before the first step: random directions. */
function randomUnitRows(rows: number, width: number, seed: number): Float32Array {
  const random = keyed(seed, 'massl', 'memory');
  const result = new Float32Array(rows * width);
  for (let start = 0; start < result.length; start += width) {
    const row = Array.from({ length: width }, () => random.normal());
    const length = Math.hypot(...row);
    result.set(
      row.map((value) => value / length),
      start,
    );
  }
  return result;
}
