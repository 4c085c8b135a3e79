import type { Page } from '../../page.js';
import { defineVerb } from '../../verb/define-verb.js';
import { inLab, type LabGrant, reader } from '../../verb/policy.js';
import { pageOfAnalyses } from './load.js';
import { type Analysis, listAnalysesInput } from './types.js';

/** A lab's analyses, newest first. */
export const list = defineVerb({
  name: 'analyses.list',
  effect: 'read',
  policy: reader(inLab()),
  input: listAnalysesInput,
  run: (tx, ctx: LabGrant, input): Promise<Page<Analysis>> => pageOfAnalyses(tx, ctx.lab.id, input),
});
