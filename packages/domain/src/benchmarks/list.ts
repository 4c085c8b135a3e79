import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadBenchmarks } from './load.js';
import { type Benchmark, listBenchmarksInput } from './types.js';

/** A lab's benchmarks with their splits, by name. */
export const list = defineVerb({
  name: 'benchmarks.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listBenchmarksInput,
  run: (tx, ctx: LabGrant): Promise<readonly Benchmark[]> => loadBenchmarks(tx, ctx.lab.id),
});
