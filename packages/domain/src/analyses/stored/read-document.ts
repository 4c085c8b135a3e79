import { type AnalysisDocument, analysisDocuments } from '@stockpot/engine/analysis/documents';
import type { Analysis, StoredDocument } from './types.js';

/** A stored document by the schema of its kind; null for one that another version of Stockpot wrote. */
export function readDocument({ kind }: Pick<Analysis, 'kind'>, { document }: StoredDocument): AnalysisDocument | null {
  const found = analysisDocuments[kind].safeParse(document);
  return found.success ? found.data : null;
}
