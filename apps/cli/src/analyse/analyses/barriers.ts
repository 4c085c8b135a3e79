import { type BarriersDocument, ONE_BASIN } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { number, positive } from '../../option-values.js';
import { defineAnalysis, subjectFlags } from '../define-analysis.js';
import { layOutWide, type Paint, paragraph } from '../text/layout.js';
import { cost, examples, labels, list, percent } from '../text/words.js';

export const barriers = defineAnalysis({
  name: 'barriers',
  description:
    'Evaluates the line between every pair of models: k + k(k−1)/2 · (points−2) mixtures for k of them. Models stand in the order of their clusters.',
  words: '<models...>',
  options: [
    new Option('--points <n>', 'points of each line, both models included: 11 or more').argParser(positive).default(11),
    new Option('--tolerance <points>', 'error barrier, in points of per cent, up to which models share a basin')
      .argParser(number)
      .default(100 * ONE_BASIN),
    ...subjectFlags(),
  ],
  examples: [
    'barriers A.safetensors B.safetensors C.safetensors --data digits --count 50',
    'barriers .stockpot --soup uniform',
  ],
  told,
});

const SHADES = [' ', '░', '▒', '▓', '█'];

function told(document: BarriersDocument, paint: Paint): string {
  const { order, loss, error, basins, tolerance } = document;
  const models = labels(document.models);
  const highest = Math.max(...loss.flat());
  const cell = (row: number, column: number) => {
    if (row === column) return '·';
    const height = loss[row]?.[column] ?? 0;
    // A mark for who looks for blocks: by the share of the highest barrier.
    const shade = SHADES[height === 0 ? 0 : 1 + Math.min(3, Math.floor((4 * height) / highest))];
    return `${height.toFixed(4)}${shade}`;
  };
  const errorCell = (row: number, column: number) => (row === column ? '·' : percent(error[row]?.[column] ?? 0));
  const head = ['', '~model', ...order.map((_, place) => String(place + 1))];
  const rows = (of: (row: number, column: number) => string) =>
    order.map((model, place) => [String(place + 1), models[model] ?? '', ...order.map((other) => of(model, other))]);
  const groups = [...new Set(basins)].map((basin) => models.filter((_, index) => basins[index] === basin));
  const together = groups.map((names) => `${list(names)}${names.length === 1 ? ' alone' : ''}`);
  return [
    paragraph(
      `Barriers between ${models.length} models ${examples(document.examined)}, ${document.points} points each`,
      paint,
    ),
    '',
    paint.dim('Loss barrier, nats; ░▒▓█ by quarters of the highest'),
    layOutWide({ head, rows: rows(cell) }, 2, paint),
    '',
    paint.dim('Error barrier, points'),
    layOutWide({ head, rows: rows(errorCell) }, 2, paint),
    '',
    paragraph(
      groups.length === 1
        ? `All models share one basin: clustered by average linkage, no error barrier exceeds ${percent(tolerance)} points.`
        : `${groups.length} basins at an error barrier of ${percent(tolerance)} points: ${together.join('; ')}.`,
      paint,
    ),
    paint.dim(cost(document.evaluations)),
  ].join('\n');
}
