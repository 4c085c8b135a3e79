import { GraphBuilder } from '../graph/builder.js';
import type { Tensor } from '../graph/tensor.js';
import { CheckpointFitError, checkFit } from '../models/fit.js';
import { parameterValues } from '../models/parameter-values.js';
import type { TextModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import { compile } from '../runtime/executable.js';
import { tokenFeeds } from './text-classification.js';

/** A text model with its weights inside, which maps sequences of tokens to rows of numbers. */
export interface TextNetwork extends AsyncDisposable {
  /** Numbers in a row: classes, or the width of the features. */
  readonly width: number;
  /** n sequences of the network's length → rows [n, width]. */
  run(sequences: readonly TokenSequence[]): Promise<Float32Array<ArrayBuffer>>;
}

export interface TextNetworkOptions {
  /** 'logits' asks for a head among the tensors. */
  readonly gives: 'features' | 'logits';
  /** Sequences in one run of the network; the last run is filled up with the last sequence. */
  readonly batch: number;
  /** Tokens of every sequence. */
  readonly length: number;
  readonly threads: number;
  readonly device: Parameters<typeof compile>[1]['device'];
}

/** Compiles a text model for evaluation. Throws CheckpointFitError when the tensors are not those of the model. */
export async function textNetwork(
  tensors: ReadonlyMap<string, Tensor>,
  model: TextModel,
  { gives, batch, length, threads, device }: TextNetworkOptions,
): Promise<TextNetwork> {
  const classes = tensors.get('head.weight')?.shape[0];
  if (gives === 'logits' && classes === undefined) {
    throw new CheckpointFitError(
      'The model has no head: its tensor head.weight is missing, so it knows no classes.',
      'Evaluate it together with a head, or fine-tune it first.',
    );
  }
  const table = [...model.parameters, ...(gives === 'features' ? [] : model.head(classes ?? 0))];
  checkFit(tensors, table, 'The checkpoint');
  const b = new GraphBuilder();
  const parameters = parameterValues(new Map(table.map(({ name, shape }) => [name, b.input(name, 'f32', shape)])));
  const tokens = {
    ids: b.input('ids', 'i64', [batch, length]),
    types: b.input('types', 'i64', [batch, length]),
    mask: b.input('mask', 'f32', [batch, length]),
  };
  const features = model.features(b, parameters, tokens);
  const rows = gives === 'features' ? features : model.classify(b, parameters, features);
  b.output('rows', rows);
  const width = rows.shape[1] ?? 0;
  const weights = Object.fromEntries(table.flatMap(({ name }) => [[name, tensors.get(name)] as const]));
  const executable = await compile(b.build(), { device, threads });
  return {
    width,
    async run(sequences) {
      const result = new Float32Array(sequences.length * width);
      for (let start = 0; start < sequences.length; start += batch) {
        const part = sequences.slice(start, start + batch);
        const last = part.at(-1);
        const full = [
          ...part,
          ...new Array<TokenSequence>(batch - part.length).fill(last ?? { ids: [], types: [], mask: [] }),
        ];
        const { rows: found } = await executable.run({ ...given(weights), ...tokenFeeds(full) });
        if (!(found?.data instanceof Float32Array)) throw new Error('The network gave no f32 rows.');
        result.set(found.data.subarray(0, part.length * width), start * width);
      }
      return result;
    },
    [Symbol.asyncDispose]: () => executable.dispose(),
  };
}

/** The weights, all of which `checkFit` has seen. */
function given(weights: Readonly<Record<string, Tensor | undefined>>): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(weights).filter((entry): entry is [string, Tensor] => entry[1] !== undefined),
  );
}
