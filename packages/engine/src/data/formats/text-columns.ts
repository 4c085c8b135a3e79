/** @file The usual names of the columns of text sets, those of GLUE among them. */
export const TEXT_COLUMNS = ['text', 'sentence', 'sentence1', 'question', 'question1', 'premise', 'content'] as const;

/** The second text of a pair, by the first one's column. */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  sentence1: ['sentence2'],
  question1: ['question2'],
  premise: ['hypothesis'],
  question: ['sentence'],
};

/** The column that usually goes with a column of text, when it is there. */
export function pairOf(text: string, columns: readonly string[]): string | null {
  const usual = Object.hasOwn(PAIRS, text) ? (PAIRS[text] ?? []) : [];
  return usual.find((name) => columns.includes(name)) ?? null;
}
