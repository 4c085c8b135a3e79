import type { Tensor } from '../../graph/tensor.js';
import type { DeviceName } from '../../runtime/device-names.js';
import { forwardGraph, type NetworkPlan, openNetwork } from '../../training/network.js';
import type { Feeds } from '../../training/training-task.js';
import type { NetworkCost } from './cost-document.js';
import { forwardTimes } from './forward-times.js';
import { multiplyAdds } from './multiply-adds.js';

/** A network that is to be measured. */
export interface MeasuredNetwork {
  readonly plan: NetworkPlan;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly example: readonly number[];
  /** So many examples; which ones does not matter to how long they take. */
  feeds(count: number): Feeds;
}

export interface CostOptions {
  /** Examples in one answer. */
  readonly batches: readonly number[];
  /** Timed runs at least, unless they take long. */
  readonly runs: number;
  readonly threads: number;
  readonly device: DeviceName;
}

/** Measures a network batch by batch, from the smallest on. `memory` tells the most bytes so far above those before it was loaded. */
export async function measureNetwork(
  { plan, tensors, example, feeds }: MeasuredNetwork,
  { batches, runs, threads, device }: CostOptions,
  memory: () => Promise<number | null>,
): Promise<NetworkCost> {
  const measured: NetworkCost['batches'] = [];
  for (const batch of [...new Set(batches)].sort((a, b) => a - b)) {
    const network = await openNetwork(tensors, plan, { batch, threads, device });
    try {
      const parts = new Map<number, Feeds>();
      const fed = (_start: number, _end: number, count: number) => {
        const part = parts.get(count) ?? feeds(count);
        parts.set(count, part);
        return part;
      };
      const times = await forwardTimes(() => network.run(batch, fed), { runs });
      measured.push({ batch, ...times, memoryBytes: await memory() });
    } finally {
      await network.dispose();
    }
  }
  return {
    example: [...example],
    parameters: plan.table.reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0),
    multiplyAdds: multiplyAdds(forwardGraph(plan, 1)),
    batches: measured,
  };
}
