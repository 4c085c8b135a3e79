import type { AnalysisName, EvaluationCount, Examined } from '@stockpot/engine/analysis/documents';
import { z } from 'zod';
import type { Artifact } from '../../models/types.js';
import { after, first, labRef, objectId, objectIds } from '../../page.js';

export type {
  AnalysisDocument,
  AnalysisName,
  BarrierDocument,
  BarriersDocument,
  CompareDocument,
  ContributionDocument,
  DiversityDocument,
  MarginalDocument,
  SoupVersusEnsembleDocument,
  TernaryDocument,
  WeightsDocument,
  WhatIfDocument,
  WhyDocument,
} from '@stockpot/engine/analysis/documents';

/** An analysis that a step of a run made, without its document. */
export interface Analysis {
  readonly id: string;
  readonly labId: string;
  /** Its name in the recipe. */
  readonly name: string;
  readonly kind: AnalysisName;
  /** Where mixtures were scored; null for analyses of weights alone. */
  readonly benchmarkId: string | null;
  /** The soup whose search was looked at; null for analyses of no search. */
  readonly soupId: string | null;
  /** The models it is about, in the order and by the names of the document. */
  readonly subjects: readonly { readonly id: string; readonly name: string }[];
  /** What the document says of the examples; null with the benchmark. */
  readonly examined: Examined | null;
  /** What it cost; null of kinds that evaluate nothing. */
  readonly evaluations: EvaluationCount | null;
  /** The document as the step wrote it. */
  readonly artifact: Artifact;
  readonly stepKey: string;
  readonly runId: string | null;
  readonly createdAt: Date;
}

/** Analyses of a run, of a model or of a soup's pool. */
export interface AnalysesOf {
  /** Id of the run, model or soup. */
  readonly of: string;
  readonly analyses: readonly Analysis[];
}

/** A document as it is stored. */
export interface StoredDocument {
  readonly id: string;
  readonly document: Readonly<Record<string, unknown>>;
}

export const getAnalysisInput = z.object({ id: objectId });
export const listAnalysesInput = z.object({ lab: labRef, first: first.default(50), after });
export const manyAnalysesInput = z.object({ lab: labRef, ids: objectIds });
export const analysesOfInput = z.object({ lab: labRef, ids: objectIds });
/** Documents may be megabytes: at most 20 at a time. */
export const documentsInput = z.object({ lab: labRef, ids: objectIds.max(20) });
