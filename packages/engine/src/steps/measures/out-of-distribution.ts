import { holdsText } from '../../data/dataset.js';
import { detection } from '../../evaluation/detection/out-of-distribution.js';
import { familiarityScores } from '../../evaluation/detection/scores.js';
import { EvaluationError } from '../../evaluation/errors.js';
import { readExamples } from '../../evaluation/examples.js';
import { type Predictions, predictions } from '../../evaluation/predictions.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import { inputOf, type StepContext } from '../definition.js';
import { answerAsNetwork, ensembleAnswers, LOGITS_TENSOR } from '../network-answers.js';
import { answerAsTextNetwork, benchmarkTexts } from '../text/answer-text.js';
import type { Asked, Measure } from './measure.js';

/** The answers to the second split, beside those to the first: what an ensemble averages. */
const OTHER_TENSOR = 'other';

export const outOfDistribution: Measure<'out-of-distribution'> = {
  formula:
    'Each example of both splits gets a score of how familiar it looks: the largest softmax probability (max-softmax; Hendrycks and Gimpel 2017) and the negative energy log Σ exp(logit) at temperature 1 (energy; Liu et al. 2020). The examples of the scored split are the known ones and count as positive. AUROC is the chance that a known example scores higher than another one, a tie counting half; FPR at 95 % the share of the others at or above the highest threshold that keeps 95 % of the known ones. No threshold was fitted to anything.',
  metrics: () => ['auroc', 'fpr95'],
  async measure(asked) {
    const { known, other, networks } = await answersTo(asked);
    // Labels play no part: what is strange may have classes of its own, and so may the model.
    const classes = known.length / asked.protocol.n;
    const answered = (logits: Float32Array): Predictions =>
      predictions(logits, new Uint32Array(logits.length / classes), classes);
    const [a, b] = [answered(known), answered(other)];
    const further: Record<string, number> = {};
    for (const [name, { compute }] of Object.entries(familiarityScores)) {
      const { auroc, fpr95 } = detection(compute(a), compute(b));
      further[`auroc:${name}`] = auroc;
      further[`fpr95:${name}`] = fpr95;
    }
    const tensor = (data: Float32Array) => ({
      dtype: 'f32' as const,
      shape: [data.length / classes, classes],
      data,
    });
    return {
      further,
      answers: new Map([
        [LOGITS_TENSOR, tensor(known)],
        [OTHER_TENSOR, tensor(other)],
      ]),
      passes: { forward: networks * ((known.length + other.length) / classes) },
    };
  },
};

async function answersTo({ protocol, predictor, context }: Asked<'out-of-distribution'>) {
  const second = protocol.measure?.other;
  if (second === undefined || predictor === 'features') {
    throw new EvaluationError(
      'The protocol names no second split to tell apart.',
      'Compile the recipe again with this version of Stockpot.',
    );
  }
  if (predictor === 'logit-ensemble') {
    const rows = { [LOGITS_TENSOR]: protocol.n, [OTHER_TENSOR]: second.positions.length };
    const members = await ensembleAnswers(context, rows);
    return { known: members.averaged(LOGITS_TENSOR), other: members.averaged(OTHER_TENSOR), networks: members.count };
  }
  const all = protocol.n + second.positions.length;
  const asked = { predictor, context };
  return {
    known: await answers('dataset', protocol, { ...asked, share: { before: 0, all } }),
    other: await answers('other', second, { ...asked, share: { before: protocol.n, all } }),
    networks: 1,
  };
}

interface Answering {
  readonly predictor: 'checkpoint' | 'probe';
  readonly context: StepContext;
  /** Where these examples are among all that the step goes through. */
  readonly share: { readonly before: number; readonly all: number };
}

/** What the step's model answers to the examples of one of the two splits, images or texts. */
async function answers(
  role: 'dataset' | 'other',
  examples: Pick<EvaluationProtocol, 'dataset' | 'split' | 'positions'>,
  { predictor, context, share }: Answering,
): Promise<Float32Array<ArrayBuffer>> {
  const { path } = inputOf(context, role);
  if (await holdsText(path)) {
    return answerAsTextNetwork(predictor, await benchmarkTexts(examples, context, { role, share }), context);
  }
  const images = await readExamples(examples, path, context.resolveSource);
  return answerAsNetwork(predictor, images, context, { share });
}
