import type { SoupVersusEnsembleDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { number } from '../../option-values.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { layOut, type Paint, paragraph } from '../text/layout.js';
import { examples, nats, signed } from '../text/words.js';

export const soupVersusEnsemble = defineAnalysis({
  name: 'soup-versus-ensemble',
  description:
    'Measures the loss of the soup and of the logit ensemble of two models, and the approximation of their difference: five evaluations. It is local: the paper reports that it fails around learning rates of 1e-4.',
  words: '<models...>',
  options: [
    new Option('--alpha <share>', 'share of the second model, between 0 and 1').argParser(number).default(0.5),
    new Option(
      '--step <number>',
      'of the finite difference along α; default: 0.1, less where α is near 0 or 1',
    ).argParser(number),
    new Option('--scale <number>', 'β; default: what calibrates the soup on these examples').argParser(number),
    ...subjectFlags(),
  ],
  examples: [
    'soup-versus-ensemble A.safetensors B.safetensors --data digits --count 100',
    'soup-versus-ensemble .stockpot ft-00 ft-01 --scale 1',
  ],
  told,
});

function told(document: SoupVersusEnsembleDocument, paint: Paint): string {
  const { models, alpha, scale, soupLoss, ensembleLoss, difference, approximation, curvature, variance } = document;
  const half = (alpha * (1 - alpha)) / 2;
  const better = difference > 0 ? 'The ensemble' : 'The soup';
  return [
    paragraph(
      `Soup and ensemble of ${1 - alpha} ${models[0]} and ${alpha} ${models[1]} ${examples(document.examined)}; β = ${scale.toPrecision(4)}`,
      paint,
    ),
    '',
    layOut(
      {
        head: ['~', 'nats'],
        rows: [
          ['loss of the soup', nats(soupLoss)],
          ['loss of the ensemble', nats(ensembleLoss)],
          ['difference, measured', signed(difference, 5)],
          ['difference, approximated', signed(approximation, 5)],
          ['  α(1−α)/2 · β² E Var(Δf), for the ensemble', signed(half * variance, 5)],
          ['  α(1−α)/2 · −d²L/dα², for the soup', signed(-half * curvature, 5)],
        ],
      },
      paint,
    ),
    '',
    paragraph(
      difference === 0
        ? 'The two are the same on these examples.'
        : `${better} has the lower loss here, by ${nats(Math.abs(difference))} nats${Math.sign(approximation) === Math.sign(difference) ? ', and the approximation says so too' : '; the approximation says the opposite'}.`,
      paint,
    ),
  ].join('\n');
}
