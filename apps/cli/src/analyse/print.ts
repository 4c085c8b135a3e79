import type { AnalysisDocument } from '@stockpot/engine/analysis/documents';
import type { Analysis, ToldFrom } from './define-analysis.js';
import { paintFor, printableText } from './text/layout.js';

/** Prints a document on standard output, for people or as it is. */
export function print(
  entry: Pick<Analysis, 'told'>,
  document: AnalysisDocument,
  { json, ...from }: ToldFrom & { readonly json: boolean },
): void {
  process.stdout.write(
    json
      ? `${JSON.stringify(document, null, 2)}\n`
      : `${printableText(entry.told(document, paintFor(process.stdout), from))}\n`,
  );
}
