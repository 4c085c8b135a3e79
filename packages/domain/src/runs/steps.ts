import { eq, steps as table } from '@stockpot/db';
import { defineVerb } from '../verb/define-verb.js';
import { type LabGrant, labOf, reader } from '../verb/policy.js';
import { loadSteps } from './load-steps.js';
import { runInput, type Step } from './types.js';

/** A run's steps in the order of its plan: a step comes after those it depends on. */
export const steps = defineVerb({
  name: 'runs.steps',
  effect: 'read',
  policy: reader(labOf('run', 'runs', (input: { run: string }) => input.run)),
  input: runInput,
  run: (tx, ctx: LabGrant, input): Promise<readonly Step[]> => loadSteps(tx, ctx.lab.id, eq(table.runId, input.run)),
});
