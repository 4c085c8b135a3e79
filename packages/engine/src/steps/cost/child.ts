/**
 * @file Measures one network in a process that does nothing else and has done nothing before: what it comes to hold in memory is the network's.
 *
 * First argument: `MeasureOrder` as JSON.
 */

import { type ErrorReport, reportError } from '../../errors.js';
import type { NetworkCost } from '../../evaluation/cost/cost-document.js';
import { markMemory } from '../../evaluation/cost/memory-mark.js';
import { type CostOptions, measureNetwork } from '../../evaluation/cost/network-cost.js';
import { GraphBuilder, tensorOf } from '../../graph/index.js';
import { compile } from '../../runtime/executable.js';
import { type NetworkFiles, networkToMeasure } from './network-to-measure.js';

export interface MeasureOrder {
  readonly files: NetworkFiles;
  readonly options: CostOptions;
}

export type MeasureAnswer = { readonly cost: NetworkCost } | { readonly error: ErrorReport };

/** Runs a graph of one sum: what the runtime itself takes is no network's. */
async function wake({ device, threads }: CostOptions): Promise<void> {
  const b = new GraphBuilder();
  const x = b.input('x', 'f32', [1]);
  b.output('y', b.add(x, x));
  const sum = await compile(b.build(), { device, threads });
  await sum.run({ x: tensorOf('f32', [1], [1]) });
  await sum.dispose();
}

async function measure(): Promise<MeasureAnswer> {
  try {
    const { files, options }: MeasureOrder = JSON.parse(process.argv[2] ?? '');
    await wake(options);
    const memory = await markMemory();
    return { cost: await measureNetwork(await networkToMeasure(files), options, memory) };
  } catch (error) {
    return { error: reportError(error) };
  }
}

process.on('disconnect', () => process.exit(1));
process.send?.(await measure(), () => process.exit(0));
