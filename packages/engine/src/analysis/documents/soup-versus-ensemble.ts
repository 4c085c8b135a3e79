import { z } from 'zod';
import {
  type AnswersAt,
  type ApproximationOptions,
  soupVersusEnsemble,
} from '../soup-versus-ensemble/approximation.js';
import { type Examined, examined, head, headOf, share } from './parts.js';

export const soupVersusEnsembleDocument = z.strictObject({
  ...head('soup-versus-ensemble'),
  models: z.tuple([z.string(), z.string()]).describe('θ₀ and θ₁'),
  examined,
  alpha: share.describe('share of the second model'),
  scale: z
    .number()
    .gt(0)
    .describe('β, by which logits are multiplied; fitted to calibrate the soup unless it was given'),
  soupLoss: z.number().describe('mean NLL of the soup, nats'),
  ensembleLoss: z.number().describe('mean NLL of the mean of the logits, nats'),
  difference: z.number().describe('soupLoss − ensembleLoss as measured: above 0 where the ensemble is better'),
  approximation: z.number().describe('α(1−α)/2 · (variance − curvature): what the formula says the difference is'),
  curvature: z.number().describe('d²/dα² of the soup’s loss, by central differences: above 0 favours the soup'),
  variance: z.number().min(0).describe('β² · E_x Var(Δf): favours the ensemble'),
});
export type SoupVersusEnsembleDocument = z.infer<typeof soupVersusEnsembleDocument>;

/** The paper's approximation of soup less ensemble, its terms and what it approximates. Wortsman et al. 2022, §4. */
export async function analyseSoupVersusEnsemble(
  models: readonly [string, string],
  examinedOn: Examined,
  answersAt: AnswersAt,
  options: ApproximationOptions = {},
): Promise<SoupVersusEnsembleDocument> {
  const found = await soupVersusEnsemble(answersAt, options);
  return soupVersusEnsembleDocument.parse({
    ...headOf('soup-versus-ensemble'),
    models,
    examined: examinedOn,
    ...found,
  });
}
