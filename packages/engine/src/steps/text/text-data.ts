import { holdsText, openTextDataset, type TextDataset } from '../../data/dataset.js';
import type { TextSplit } from '../../data/split.js';
import { CancelledError } from '../../errors.js';
import type { TextModel } from '../../models/text/text-model.js';
import type { Tokenizer, TokenSequence } from '../../models/text/tokenizer.js';
import { inputOf, type StepContext } from '../definition.js';

/** Tokens of a text, special ones included, where the model has as many positions: what GLUE's scripts use. */
const LENGTH = 128;

/** Whether the step's dataset is one of text. */
export function readsText(context: StepContext): Promise<boolean> {
  return holdsText(inputOf(context, 'dataset').path);
}

/** The step's dataset, with these splits open. */
export function openTexts(context: StepContext, ...splits: string[]): Promise<TextDataset> {
  const { resolveSource } = context;
  return openTextDataset(inputOf(context, 'dataset').path, { resolveSource, splits });
}

/** Tokens of every sequence for a model: texts are cut there. */
export function sequenceLength({ positions }: Pick<TextModel, 'positions'>): number {
  return Math.min(LENGTH, positions);
}

/** Texts of a split as tokens, in the order of the positions; all when none are given. */
export async function tokensOf(
  split: TextSplit,
  { tokenizer, model }: { readonly tokenizer: Tokenizer; readonly model: TextModel },
  signal: AbortSignal,
  positions: ArrayLike<number> = Array.from({ length: split.n }, (_, position) => position),
): Promise<TokenSequence[]> {
  const sequences: TokenSequence[] = [];
  for (const position of Array.from(positions)) {
    if (signal.aborted) throw new CancelledError();
    const { text, pair } = await split.read(position);
    sequences.push(tokenizer.encode(text, pair, sequenceLength(model)));
  }
  return sequences;
}
