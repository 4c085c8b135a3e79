import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { Tensor } from '../graph/tensor.js';
import type { ForwardOptions, ModelLayers } from '../models/layers.js';
import type { Random } from '../random/index.js';
import type { BatchInput } from './training-task.js';

/** Name of the task's input that carries the masks. */
export const DROP_PATH_INPUT = 'drop_path';

/** Share of examples for which the branches of a block are left out: from 0 at the first to `rate` at the last, as in timm. */
export function dropRate(rate: number, block: number, blocks: number): number {
  return blocks < 2 ? rate : (rate * block) / (blocks - 1);
}

export function dropPathInput({ blocks }: ModelLayers, batch: number): BatchInput {
  return { name: DROP_PATH_INPUT, dtype: 'f32', shape: [blocks, 2, batch], batchAxis: 2 };
}

/**
 * The masks of a batch [blocks, 2, batch]: 0 where an example goes around a branch, else 1 / (1 − rate), so that the mean
 * of what is added stays what it was (Huang et al. 2016, arXiv 1603.09382; timm's `DropPath` with `scale_by_keep`).
 *
 * @param streams one stream of randomness for each example: its masks depend on nothing else
 */
export function dropPathMasks({ blocks }: ModelLayers, rate: number, streams: readonly Random[]): Tensor {
  const batch = streams.length;
  const data = new Float32Array(blocks * 2 * batch);
  for (const [example, random] of streams.entries()) {
    for (let branch = 0; branch < blocks * 2; branch++) {
      const dropped = dropRate(rate, Math.floor(branch / 2), blocks);
      data[branch * batch + example] = random.uniform() < dropped ? 0 : 1 / (1 - dropped);
    }
  }
  return { dtype: 'f32', shape: [blocks, 2, batch], data };
}

/** Multiplies every branch of a forward pass by its mask; the mask is cut once. */
export function dropPath(b: GraphBuilder, masks: Value): ForwardOptions {
  const [blocks = 0, , batch = 0] = masks.shape;
  const cut = b.split(b.reshape(masks, [blocks * 2, batch, 1, 1]), { axis: 0, sizes: Array(blocks * 2).fill(1) });
  return {
    branch: (rows, { block, index }) => {
      const [count = 0, width = 0] = rows.shape;
      const mask = cut[block * 2 + index];
      if (mask === undefined) throw new Error(`Block ${block} has no masks: there are ${blocks} blocks of them.`);
      const examples = b.reshape(rows, [batch, count / batch, width]);
      return b.reshape(b.mul(examples, b.reshape(mask, [batch, 1, 1])), [count, width]);
    },
  };
}
