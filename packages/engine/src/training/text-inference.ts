import type { Tensor } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import { checkFit } from '../models/fit.js';
import type { TextArchitecture } from '../models/text/architecture.js';
import { atLength, networkLength, tokenCount } from '../models/text/sequence-length.js';
import { textModel } from '../models/text/text-model.js';
import type { TokenSequence } from '../models/text/tokenizer.js';
import type { DeviceName } from '../runtime/devices.js';
import { classesOfHead, type Network, type NetworkPlan, openNetwork } from './network.js';
import { tokenFeeds, tokenInputs } from './text-classification.js';

/** A text model with its weights inside, which maps sequences of tokens to rows of numbers. */
export interface TextNetwork extends AsyncDisposable {
  /** Numbers in a row: classes, or the width of the features. */
  readonly width: number;
  /**
   * n sequences → rows [n, width]. Short sequences go through a shorter network; which one, and so every bit of a row,
   * depends on its own sequence alone.
   */
  run(sequences: readonly TokenSequence[]): Promise<Float32Array<ArrayBuffer>>;
}

export interface TextNetworkOptions {
  /** 'logits' asks for a head among the tensors. */
  readonly gives: 'features' | 'logits';
  /** Most sequences in one run of a network. */
  readonly batch: number;
  readonly threads: number;
  readonly device: DeviceName;
}

/** Prepares a text model for evaluation. Throws CheckpointFitError when the tensors are not those of the model. */
export async function textNetwork(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: TextArchitecture,
  { gives, batch, threads, device }: TextNetworkOptions,
): Promise<TextNetwork> {
  const classes = gives === 'features' ? 0 : classesOfHead(tensors);
  checkFit(tensors, tableOf(architecture, gives, classes), 'The checkpoint');
  const width = gives === 'features' ? textModel(architecture).featureWidth : classes;
  const networks = new Map<number, Promise<Network>>();
  const networkOf = (length: number): Promise<Network> => {
    const known = networks.get(length);
    if (known !== undefined) return known;
    const opened = openNetwork(tensors, textPlan(architecture, { gives, classes, length }), { batch, threads, device });
    networks.set(length, opened);
    return opened;
  };
  return {
    width,
    async run(sequences) {
      const result = new Float32Array(sequences.length * width);
      for (const [length, positions] of byLength(sequences)) {
        const network = await networkOf(length);
        const rows = await network.run(positions.length, (start, end, filled) => {
          const part = positions.slice(start, end).flatMap((position) => sequences[position] ?? []);
          const [last] = part.slice(-1);
          const full =
            last === undefined ? [] : [...part, ...new Array<TokenSequence>(filled - part.length).fill(last)];
          return tokenFeeds(full.map((sequence) => atLength(sequence, length)));
        });
        for (const [row, position] of positions.entries()) {
          result.set(rows.subarray(row * width, (row + 1) * width), position * width);
        }
      }
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      // One that could not be opened has told whoever asked for it; the others are closed all the same.
      for (const opened of await Promise.allSettled(networks.values())) {
        if (opened.status === 'fulfilled') await opened.value.dispose();
      }
    },
  };
}

/**
 * From sequences of so many tokens to features, or by a head to logits.
 *
 * @param classes of the head; for features it does not matter
 */
export function textPlan(
  architecture: TextArchitecture,
  { gives, classes, length }: Pick<TextNetworkOptions, 'gives'> & { readonly classes: number; readonly length: number },
): NetworkPlan {
  const model = textModel(architecture);
  return {
    table: tableOf(architecture, gives, classes),
    inputs: (rows) => tokenInputs(rows, length),
    forward: (b, parameters, input) => {
      const tokens = { ids: input('ids'), types: input('types'), mask: input('mask') };
      const features = model.features(b, parameters, tokens);
      return gives === 'features' ? features : model.classify(b, parameters, features);
    },
    shape: `text ${gives} ${classes} ${length} ${canonicalJson(architecture)}`,
  };
}

function tableOf(
  architecture: TextArchitecture,
  gives: TextNetworkOptions['gives'],
  classes: number,
): NetworkPlan['table'] {
  const model = textModel(architecture);
  return gives === 'features' ? model.parameters : [...model.parameters, ...model.head(classes)];
}

/** Positions of the sequences by the length of the network that reads them. */
function byLength(sequences: readonly TokenSequence[]): ReadonlyMap<number, readonly number[]> {
  const found = new Map<number, number[]>();
  for (const [position, sequence] of sequences.entries()) {
    const length = networkLength(tokenCount(sequence), sequence.ids.length);
    const positions = found.get(length) ?? [];
    positions.push(position);
    found.set(length, positions);
  }
  return found;
}
