import { notFound } from '../errors.js';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadRun } from './load.js';
import { type Run, runInput } from './types.js';

/** A run with its step counts. */
export const get = defineVerb({
  name: 'runs.get',
  effect: 'read',
  policy: reader(labOf('run', 'runs', (input: { run: string }) => input.run)),
  input: runInput,
  async run(tx, ctx: LabGrant, input): Promise<Run> {
    const run = await loadRun(tx, ctx.lab.id, input.run);
    if (run === null) throw notFound('run');
    return run;
  },
});
