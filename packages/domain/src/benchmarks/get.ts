import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadBenchmarks } from './load.js';
import { type Benchmark, getBenchmarkInput } from './types.js';

/** A benchmark by its id. */
export const get = defineVerb({
  name: 'benchmarks.get',
  effect: 'read',
  policy: reader(labOf('benchmark', 'benchmarks', (input: { id: string }) => input.id)),
  input: getBenchmarkInput,
  async run(tx, ctx: LabGrant, input): Promise<Benchmark> {
    const [found] = await loadBenchmarks(tx, ctx.lab.id, [input.id]);
    if (found === undefined) throw notFound('benchmark');
    return found;
  },
});
