import { shortNames, weightSpace } from '@stockpot/engine/analysis';
import { analyseWeights, type WeightsDocument } from '@stockpot/engine/analysis/documents';
import { Option } from 'commander';
import { z } from 'zod';
import { UsageError } from '../../failure.js';
import { whole } from '../../progress/format.js';
import { defineAnalysis, runFlags } from '../define-analysis.js';
import { namedModels } from '../open-subject.js';
import { layOut, layOutWide, type Paint, paragraph } from '../text/layout.js';
import { degrees, labels, maybe } from '../text/words.js';

export const weights = defineAnalysis({
  name: 'weights',
  description:
    'Reads the weights once: how far each model went from the stock and at which angle to the others, by layer. No network is run.',
  words: '<models...>',
  options: [
    new Option(
      '--stock <path>',
      'the checkpoint that the models were trained from; default: that of the cooked folder',
    ),
    new Option('--tensors', 'also by tensor (in --json)'),
    ...runFlags().slice(0, 1),
  ],
  examples: [
    'weights A.safetensors B.safetensors C.safetensors --stock S.safetensors',
    'weights .stockpot ft-00 ft-01 uniform',
  ],
  schema: z.object({
    stock: z.string().optional(),
    tensors: z.boolean().default(false),
    recipe: z.string().optional(),
  }),
  async run(words, options, { signal, progress }) {
    const { models, stock } = await readable(words, options);
    const space = await weightSpace(models, {
      ...(stock === null ? {} : { stock }),
      signal,
      onProgress: (done, total) => progress.doing(`read ${whole(done)} of ${whole(total)} tensors`),
    });
    const document = analyseWeights(
      models.map(({ name }) => name),
      space,
      { stock: stock?.name ?? null, tensors: options.tensors },
    );
    return { document, text: (paint) => told(document, paint) };
  },
});

/** Checkpoints of the command line or of a cooked folder; ensembles have none. */
async function readable(
  words: readonly string[],
  { stock, recipe }: { stock?: string | undefined; recipe?: string | undefined },
) {
  const named = await namedModels(words, { recipe });
  if (named.kind === 'files') {
    const names = shortNames([...named.paths, ...(stock === undefined ? [] : [stock])]);
    const models = named.paths.map((path, index) => ({ name: names[index] ?? path, path }));
    return { models, stock: stock === undefined ? null : { name: names.at(-1) ?? stock, path: stock } };
  }
  const { run, names } = named;
  const chosen =
    names.length > 0
      ? names.map((name) => run.model(name))
      : run.models.filter(({ makes }) => makes.model === 'ingredient');
  const models = chosen.map((step) => {
    const path = run.path(step, 'checkpoint');
    if (path !== undefined) return { name: step.makes.name, path };
    throw new UsageError(`${step.makes.name} is an ensemble: it has no weights.`, 'Name models that have.');
  });
  const base = run.models.find(({ makes }) => makes.model === 'stock');
  const path = stock ?? (base === undefined ? undefined : run.path(base, 'checkpoint'));
  return { models, stock: path === undefined ? null : { name: stock ?? base?.makes.name ?? 'stock', path } };
}

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
