import { Tokenizer as Library } from '@huggingface/tokenizers';
import { z } from 'zod';
import { CheckpointError } from '../../checkpoints/errors.js';

/** A text as a model reads it: sequences of one length, padded at their end. */
export interface TokenSequence {
  readonly ids: readonly number[];
  /** 0 for the text and its special tokens, 1 for its pair. */
  readonly types: readonly number[];
  /** 1 for a token, 0 for padding. */
  readonly mask: readonly number[];
}

export interface Tokenizer {
  /** Ids are below it. */
  readonly vocabulary: number;
  /**
   * A text, or a text and its pair, as exactly `length` tokens. A text that is too long loses its end; of two, the longer
   * one first (the strategy `longest_first`).
   *
   * @throws {RangeError} when not even the special tokens fit.
   */
  encode(text: string, pair: string | null, length: number): TokenSequence;
}

const document = z.looseObject({ model: z.looseObject({ type: z.string() }) });
const specialToken = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);
const configuration = z.looseObject({ pad_token: specialToken.nullish() });

/** What a model pads with when its tokenizer does not say. */
const PAD = '[PAD]';

/**
 * The tokenizer of a checkpoint.
 *
 * @param source named in errors
 * @param tokenizer text of `tokenizer.json`
 * @param config text of `tokenizer_config.json`, where there is one
 * @throws {CheckpointError} when it is none that this library knows.
 */
export function openTokenizer(source: string, tokenizer: string, config: string | null): Tokenizer {
  const refuse = (problem: string, cause?: unknown): never => {
    const advice = 'Give the tokenizer.json of a fast tokenizer, as transformers saves it.';
    throw new CheckpointError(source, problem, advice, cause === undefined ? {} : { cause });
  };
  const parsed = document.safeParse(json(tokenizer));
  const options = configuration.safeParse(config === null ? {} : json(config));
  if (!parsed.success) return refuse('its tokenizer.json describes no tokenizer.');
  if (!options.success) return refuse('its tokenizer_config.json cannot be read.');
  let library: Library;
  try {
    library = new Library(parsed.data, options.data);
  } catch (cause) {
    return refuse(`its tokenizer of type ${parsed.data.model.type} cannot be opened.`, cause);
  }
  const padding = library.token_to_id(options.data.pad_token ?? PAD);
  if (padding === undefined) return refuse(`its tokenizer has no token ${options.data.pad_token ?? PAD} to pad with.`);
  const vocabulary = 1 + [...library.get_vocab(true).values()].reduce((largest, id) => Math.max(largest, id), 0);
  return {
    vocabulary,
    encode: (text, pair, length) => padded(truncated(library, text, pair, length), length, padding),
  };
}

interface Encoded {
  readonly ids: readonly number[];
  readonly types: readonly number[];
}

function truncated(library: Library, text: string, pair: string | null, length: number): Encoded {
  const whole = library.encode(text, { text_pair: pair, return_token_type_ids: true });
  const { ids, token_type_ids: types } = whole;
  if (ids.length <= length) return { ids, types };
  const first = library.encode(text, { add_special_tokens: false }).ids;
  const second = pair === null ? [] : library.encode(pair, { add_special_tokens: false }).ids;
  const room = length - (ids.length - first.length - second.length);
  if (room < 0) throw new RangeError(`A sequence of ${length} tokens has no room for the special ones.`);
  const [keepFirst, keepSecond] =
    pair === null ? [Math.min(first.length, room), 0] : share(first.length, second.length, room);
  // Where the texts lie among the special tokens: what is cut is the end of each.
  const start = find(ids, first, 0);
  const next = find(ids, second, start + first.length);
  const kept = (_: unknown, at: number) =>
    !(at >= start + keepFirst && at < start + first.length) && !(at >= next + keepSecond && at < next + second.length);
  return { ids: ids.filter(kept), types: types.filter(kept) };
}

/** How many tokens two texts may keep: the shorter one all of its own, unless even then both are too long. */
function share(first: number, second: number, room: number): [number, number] {
  const [shorter, longer] = first <= second ? [first, second] : [second, first];
  let keepShorter = shorter;
  let keepLonger = Math.min(longer, Math.max(shorter, room - shorter));
  if (keepShorter + keepLonger > room) {
    keepShorter = Math.floor(room / 2);
    keepLonger = room - keepShorter;
  }
  return first <= second ? [keepShorter, keepLonger] : [keepLonger, keepShorter];
}

/** The first place from `from` on at which `part` stands in `whole`. */
function find(whole: readonly number[], part: readonly number[], from: number): number {
  for (let at = from; at + part.length <= whole.length; at++) {
    if (part.every((id, index) => whole[at + index] === id)) return at;
  }
  throw new Error('The tokens of a text are not among those of the text with special tokens.');
}

function padded({ ids, types }: Encoded, length: number, padding: number): TokenSequence {
  const fill = (values: readonly number[], value: number) => [
    ...values,
    ...new Array<number>(length - values.length).fill(value),
  ];
  return { ids: fill(ids, padding), types: fill(types, 0), mask: fill(new Array<number>(ids.length).fill(1), 0) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
