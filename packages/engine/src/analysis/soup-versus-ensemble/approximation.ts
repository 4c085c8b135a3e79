import { fitTemperature, scaled } from '../../evaluation/calibration/temperature.js';
import { metrics } from '../../evaluation/metrics/index.js';
import type { Predictions } from '../../evaluation/predictions.js';
import { AnalysisError } from '../errors.js';
import { logitVariance } from './logit-variance.js';

/** What θ_α = (1−α)·θ_0 + α·θ_1 answers to labelled examples; asked for at 0, 1, α and α ± step. */
export type AnswersAt = (alpha: number) => Promise<Predictions>;

export interface ApproximationOptions {
  /** The share of the second model, in (0, 1); ½ when left out. */
  readonly alpha?: number;
  /**
   * Step of the finite difference along α, in (0, min(α, 1−α)]; 0.1 when left out, where α allows: the f32 noise of the losses
   * (1e-7) is then 1e-5 of curvature, the truncation step²/12 of the fourth derivative.
   */
  readonly step?: number;
  /** β > 0; left out, the one that calibrates the soup on these examples, within 0.01 … 100. */
  readonly scale?: number;
}

/** The paper's approximation of soup less ensemble, with its terms and with what it approximates. Losses in nats. */
export interface SoupVersusEnsemble {
  readonly alpha: number;
  /** β, by which all logits are multiplied before softmax. */
  readonly scale: number;
  readonly soupLoss: number;
  /** Of the logits (1−α)·f(x; θ_0) + α·f(x; θ_1). */
  readonly ensembleLoss: number;
  /** soupLoss − ensembleLoss, measured: positive where the ensemble is better. */
  readonly difference: number;
  /** α(1−α)/2 · (variance − curvature): what the formula says the difference is. */
  readonly approximation: number;
  /** d²/dα² of the soup's loss. Convex paths (above 0) favour the soup. */
  readonly curvature: number;
  /** β² · E_x Var(Δf), ≥ 0: favours the ensemble. */
  readonly variance: number;
}

/**
 * The soup-versus-ensemble approximation of the paper,
 *
 *     L_soup(α) − L_ens(α) ≈ α(1−α)/2 · [ −d²/dα² L_soup(α) + β² · E_x Var_{Y ~ softmax(β·f(x; θ_α))}(Δf_Y(x)) ],
 *
 * with L(f) the mean NLL of softmax(β·f), Δf = f(x; θ_1) − f(x; θ_0), and β calibrating the soup. The second derivative is the
 * central difference (L(α+h) − 2·L(α) + L(α−h))/h². Costs five evaluations and looks at labels. Where logits are linear in α both
 * sides are 0. It is a local expansion: the paper reports that it fails for models fine-tuned at learning rates around 1e-4,
 * and `difference` stands beside it so that one sees.
 *
 * Source: Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, §4.
 */
export async function soupVersusEnsemble(
  answersAt: AnswersAt,
  { alpha = 0.5, step = Math.min(0.1, alpha, 1 - alpha), scale }: ApproximationOptions = {},
): Promise<SoupVersusEnsemble> {
  if (!(alpha > 0 && alpha < 1 && step > 0 && step <= Math.min(alpha, 1 - alpha))) {
    throw new AnalysisError(
      `The loss was to be differentiated at α = ${alpha} with the step ${step}.`,
      'Give α between 0 and 1, and a step that stays between them.',
    );
  }
  if (scale !== undefined && !(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw new AnalysisError(`Logits were to be multiplied by ${scale}.`, 'Give a number above 0.');
  }
  const [first, second, soup] = [await answersAt(0), await answersAt(1), await answersAt(alpha)];
  const beta = scale ?? 1 / fitTemperature(soup).temperature;
  const loss = (answers: Predictions) => metrics.nll.compute(scaled(answers, 1 / beta));
  const variance = beta * beta * logitVariance(scaled(soup, 1 / beta), first.logits, second.logits);
  const averaged = Float64Array.from(
    soup.logits,
    (_, i) => (1 - alpha) * (first.logits[i] ?? 0) + alpha * (second.logits[i] ?? 0),
  );
  const soupLoss = loss(soup);
  const ensembleLoss = loss({ ...soup, logits: averaged });
  const [after, before] = [loss(await answersAt(alpha + step)), loss(await answersAt(alpha - step))];
  const curvature = (after - 2 * soupLoss + before) / (step * step);
  return {
    alpha,
    scale: beta,
    soupLoss,
    ensembleLoss,
    difference: soupLoss - ensembleLoss,
    approximation: ((alpha * (1 - alpha)) / 2) * (variance - curvature),
    curvature,
    variance,
  };
}
