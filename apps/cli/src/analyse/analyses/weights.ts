import type { WeightsDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { whole } from '../../progress/format.js';
import { defineAnalysis, runFlags, soupFlag, stockFlag } from '../define-analysis.js';
import { layOut, layOutWide, type Paint, paragraph } from '../text/layout.js';
import { degrees, labels, maybe } from '../text/words.js';

export const weights = defineAnalysis({
  name: 'weights',
  description:
    'Reads the weights once: how far each model went from the stock and at which angle to the others, by layer. No network is run.',
  words: '<models...>',
  options: [stockFlag(), new Option('--tensors', 'also by tensor (in --json)'), soupFlag(), ...runFlags().slice(0, 1)],
  examples: [
    'weights A.safetensors B.safetensors C.safetensors --stock S.safetensors',
    'weights .stockpot ft-00 ft-01 uniform',
  ],
  told,
});

/** Columns of a name over the numbers of its layers. */
const LAYER_ROOM = 12;

function told(document: WeightsDocument, paint: Paint): string {
  const models = labels(document.models);
  const { stock, all, layers, missingInStock } = document;
  const sections: string[] = [
    paragraph(
      `${models.length === 1 ? 'One model' : `${models.length} models`}, ${whole(all.elements)} weights${stock === null ? '' : `, from the stock ${stock}`}`,
      paint,
    ),
  ];
  const { fromStock } = all;
  if (fromStock !== null) {
    sections.push(
      layOut(
        {
          head: ['', '~model', '‖θ‖', '‖θ − stock‖', 'of ‖stock‖', 'cos(θ, stock)'],
          rows: models.map((name, index) => [
            String(index + 1),
            name,
            (all.norm[index] ?? 0).toPrecision(4),
            (fromStock.distance[index] ?? 0).toPrecision(4),
            share(fromStock.relativeDistance[index] ?? null),
            maybe(fromStock.cosine[index] ?? null, 5),
          ]),
        },
        paint,
      ),
    );
  }
  if (models.length > 1) {
    const square = (cell: (row: number, column: number) => string) => ({
      head: ['', '~model', ...models.map((_, index) => String(index + 1))],
      rows: models.map((name, row) => [
        String(row + 1),
        name,
        ...models.map((_, column) => (row === column ? '·' : cell(row, column))),
      ]),
    });
    sections.push(
      `${paint.dim('Distance between models, L2')}\n${layOutWide(
        square((row, column) => (all.distance[row]?.[column] ?? 0).toPrecision(4)),
        2,
        paint,
      )}`,
    );
    if (fromStock !== null) {
      sections.push(
        `${paint.dim('Angle at the stock between the ways of two models')}\n${layOutWide(
          square((row, column) => degrees(fromStock.angle[row]?.[column] ?? null)),
          2,
          paint,
        )}`,
      );
    }
  }
  const known = layers.filter((layer) => layer.fromStock !== null);
  if (known.length > 0) {
    sections.push(
      `${paint.dim('‖θ − stock‖/‖stock‖ by layer')}\n${layOutWide(
        {
          head: ['~layer', 'weights', ...labels(document.models, LAYER_ROOM)],
          rows: known.map((layer) => [
            layer.name,
            whole(layer.elements),
            ...models.map((_, index) => share(layer.fromStock?.relativeDistance[index] ?? null)),
          ]),
        },
        2,
        paint,
      )}`,
      `${paint.dim('cos(θ, stock) by layer')}\n${layOutWide(
        {
          head: ['~layer', 'weights', ...labels(document.models, LAYER_ROOM)],
          rows: known.map((layer) => [
            layer.name,
            whole(layer.elements),
            ...models.map((_, index) => maybe(layer.fromStock?.cosine[index] ?? null, 5)),
          ]),
        },
        2,
        paint,
      )}`,
    );
  }
  if (stock !== null && missingInStock.length > 0) {
    sections.push(
      paragraph(
        `${whole(missingInStock.length)} ${missingInStock.length === 1 ? 'tensor' : 'tensors'} the stock has not (${missingInStock.slice(0, 3).join(', ')}${missingInStock.length > 3 ? ', …' : ''}): they count between models only.`,
        paint,
      ),
    );
  }
  return sections.join('\n\n');
}

function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(2)} %`;
}
