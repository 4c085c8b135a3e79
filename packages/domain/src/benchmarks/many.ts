import { defineVerb } from '../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../verb/policy.js';
import { loadBenchmarks } from './load.js';
import { type Benchmark, manyBenchmarksInput } from './types.js';

/** Benchmarks of one lab by id, for loaders; ids that are not there are left out. */
export const many = defineVerb({
  name: 'benchmarks.many',
  effect: 'read',
  policy: reader(inLab()),
  input: manyBenchmarksInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Benchmark[]> => loadBenchmarks(tx, ctx.lab.id, input.ids),
});
