import { adversarialAccuracies } from '../../evaluation/adversarial/adversarial-accuracy.js';
import { type Attack, fgsm, pgd } from '../../evaluation/adversarial/attack.js';
import { classifierUnderAttack } from '../../evaluation/adversarial/attack-target.js';
import { EvaluationError } from '../../evaluation/errors.js';
import { readExamples } from '../../evaluation/examples.js';
import { loadModel } from '../../models/load-model.js';
import { visionModel } from '../../models/vision-model.js';
import { inputOf } from '../definition.js';
import { addHead } from '../network-answers.js';
import type { Measure, ParametersOf } from './measure.js';

/** Images that are attacked together. Results do not depend on it. */
const BATCH = 32;

export const adversarial: Measure<'adversarial'> = {
  formula:
    "Pixels from 0 to 1 at the model's own size, its normalisation being part of the attacked network, so that epsilon means the same for every model. FGSM is one step of epsilon along the sign (linf) or the direction (l2) of the gradient of the cross-entropy with the true label, from the image (Goodfellow et al. 2015). PGD begins at a point drawn uniformly from the ball of radius epsilon, keyed by (seed, attack, place of the image, restart), and takes `steps` such steps of `step_size`, each brought back into the ball and into 0 … 1 (Madry et al. 2018). An image survives when it is right unattacked and after the last step of every restart (Croce et al. 2021, RobustBench). It is an upper bound of robustness: a stronger attack may exist, and where many gradients vanish the number says little (Athalye et al. 2018).",
  metrics: () => ['top1', 'adversarialAccuracy', 'unattackedAccuracy', 'vanishedGradients'],
  async measure({ protocol, parameters, predictor, context }) {
    if (predictor !== 'checkpoint' && predictor !== 'probe') {
      throw new EvaluationError(
        'Only one network with a head can be attacked.',
        'Compile the recipe again with this version of Stockpot.',
      );
    }
    const { signal, reporter, threads, device } = context;
    const { tensors, architecture, preprocessing } = await loadModel(inputOf(context, 'model').path, 'The model');
    const withHead = predictor === 'probe' ? await addHead(tensors, context) : tensors;
    const target = classifierUnderAttack(withHead, architecture, preprocessing);
    const { classes } = protocol.dataset;
    if (target.classes !== classes) {
      throw new EvaluationError(
        `The model answers among ${target.classes} classes; the labels of the benchmark are of ${classes}.`,
        'Attack models with a head for the classes of the dataset.',
      );
    }
    const examples = await readExamples(protocol, inputOf(context, 'dataset').path, context.resolveSource);
    const { mean, std } = preprocessing;
    // Pixels as they are: what is taken off and divided by belongs to the network.
    const normalise = { ...preprocessing, mean: mean.map(() => 0), std: std.map(() => 1) };
    await using images = examples.images({ image: visionModel(architecture).imageShape, normalise, rows: BATCH });
    const started = performance.now();
    const result = await adversarialAccuracies(target, images, examples.labels, attackOf(parameters), {
      ...{ batch: BATCH, threads, device, seed: parameters.seed, signal },
      onProgress: (done) => {
        const rate = done / ((performance.now() - started) / 1000);
        reporter.progress({ done, total: protocol.n, unit: 'images', rate });
      },
    });
    return {
      core: { top1: result.adversarial },
      further: {
        adversarialAccuracy: result.adversarial,
        unattackedAccuracy: result.clean,
        vanishedGradients: result.withoutGradient / protocol.n,
      },
      correct: result.adversarialCorrect,
      passes: { forward: result.forwardPasses, backward: result.backwardPasses },
    };
  },
};

function attackOf({
  attack,
  norm,
  epsilon,
  steps,
  step_size: stepSize,
  restarts,
}: ParametersOf<'adversarial'>): Attack {
  if (attack === 'fgsm') return fgsm(epsilon, norm);
  return pgd(epsilon, {
    norm,
    ...(steps === undefined ? {} : { steps }),
    ...(stepSize === undefined ? {} : { stepSize }),
    ...(restarts === undefined ? {} : { restarts }),
  });
}
