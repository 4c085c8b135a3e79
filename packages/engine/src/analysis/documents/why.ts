import { z } from 'zod';
import { diagnoseGreedy, FINDING_KINDS, type GreedyEvidence } from '../greedy/diagnosis.js';
import { type Examined, examined, head, headOf, names, share } from './parts.js';
import { searchSteps, stepsOf } from './steps.js';

export const whyDocument = z.strictObject({
  ...head('why'),
  soup: z.string().describe('the greedy soup'),
  models: names.describe('its ingredients, in the order of the plan'),
  examined,
  rule: z.enum(['>=', '>']).describe('by which candidates were accepted'),
  scores: z.array(share).describe('accuracy of each ingredient alone'),
  steps: searchSteps.describe('what was tried'),
  kept: z.int().min(0).describe('models in the soup'),
  summary: z.string().describe('the outcome, in a sentence'),
  findings: z
    .array(
      z.strictObject({
        kind: z.enum(FINDING_KINDS).describe('what was found'),
        sentence: z.string().describe('what the evidence says'),
        evidence: z
          .record(z.string(), z.union([z.number(), z.string(), z.array(z.number())]))
          .describe('the numbers it rests on'),
      }),
    )
    .describe('consistent with the outcome, no proof of its cause; at least one when a single model was kept'),
  barriers: z
    .array(share.nullable())
    .nullable()
    .describe('error barrier between the first model and each ingredient; null where not measured'),
  learningRates: z.array(z.number().gt(0)).nullable().describe('of each ingredient; null where not known'),
});
export type WhyDocument = z.infer<typeof whyDocument>;

/** Why greedy kept so few models, in sentences with their evidence (`diagnoseGreedy`). */
export function analyseWhy(
  soup: string,
  examinedOn: Examined,
  evidence: Omit<GreedyEvidence, 'n' | 'rows'>,
): WhyDocument {
  const { kept, summary, findings } = diagnoseGreedy({ ...evidence, n: examinedOn.n, rows: examinedOn.rows });
  return whyDocument.parse({
    ...headOf('why'),
    soup,
    models: evidence.names,
    examined: examinedOn,
    rule: evidence.rule,
    scores: evidence.scores,
    steps: stepsOf(evidence.trace),
    kept,
    summary,
    findings,
    barriers: evidence.barriers ?? null,
    learningRates: evidence.learningRates ?? null,
  });
}
