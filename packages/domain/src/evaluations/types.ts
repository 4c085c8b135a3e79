import { z } from 'zod';
import { labRef, objectId, objectIds } from '../page.js';

/** Columns of one length, severities inside corruptions. */
export interface CorruptionGrid {
  readonly corruption: readonly string[];
  readonly severity: readonly number[];
  readonly n: readonly number[];
  readonly top1: readonly number[];
}
export interface Evaluation {
  readonly id: string;
  readonly labId: string;
  readonly modelId: string;
  readonly benchmarkId: string;
  readonly n: number;
  readonly top1: number;
  /** 95 % Wilson interval. */
  readonly top1Low: number;
  readonly top1High: number;
  readonly nll: number;
  readonly ece: number;
  readonly brier: number;
  /** Forward passes the evaluation took. */
  readonly forwardPasses: number;
  readonly seconds: number;
  readonly spent: boolean;
  readonly cells: CorruptionGrid | null;
  readonly meanCorruptionError: number | null;
  readonly runId: string | null;
  readonly createdAt: Date;
}
/** One bit per scored example, least significant bit of the first byte first. */
export interface Correctness {
  readonly evaluationId: string;
  readonly examples: number;
  readonly bits: Buffer;
}
export const getEvaluationInput = z.object({ id: objectId });
/** Oldest first. */
export const evaluationsForModelInput = z.object({ model: objectId });
export const evaluationsForModelsInput = z.object({ lab: labRef, ids: objectIds });
export const correctnessInput = z.object({ id: objectId });
