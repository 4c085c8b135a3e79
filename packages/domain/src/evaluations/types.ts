import type { AnswerCost, MetricRow } from '@stockpot/engine/metrics';
import type { Transduction } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { labRef, objectId, objectIds } from '../page.js';

/** Columns of one length, severities inside corruptions. */
export interface CorruptionGrid {
  readonly corruption: readonly string[];
  readonly severity: readonly number[];
  readonly n: readonly number[];
  readonly top1: readonly number[];
}
/** What a number of evaluations means, from the engine's table of metrics. */
export interface MetricInfo {
  /** 'top1', 'ce:fog'. */
  readonly name: string;
  readonly title: string;
  readonly unit: MetricRow['unit'];
  /** Null for what is neither good nor bad. */
  readonly better: MetricRow['better'];
  readonly definition: string;
}
/** One number of an evaluation. */
export interface EvaluationMetric extends MetricInfo {
  readonly value: number;
  /** 95 % Wilson interval, of a share of the n examples; null for every other number. */
  readonly low: number | null;
  readonly high: number | null;
}
/** What an answer of the model costs. */
export interface EvaluationCost {
  /** Networks that one example passes through: 1, or the members of an ensemble. */
  readonly passes: number;
  /** Milliseconds for one example of the smallest batch that was timed, for an ensemble the sum of its members'. Null where it was not measured. */
  readonly latencyMs: number | null;
  /** Bytes of the checkpoints that must be at hand. */
  readonly weightBytes: number;
  /** Its work and its time, measured while nothing else of the cook computed; null where it was not measured. */
  readonly measured: AnswerCost | null;
}
/** Where the temperature among the metrics was fitted. */
export interface TemperatureFit {
  /** SHA-256 of the selection benchmark's protocol. */
  readonly protocol: string;
  readonly n: number;
  /** The end of the range of temperatures that was taken, for want of a minimum. */
  readonly bound: 'low' | 'high' | null;
}
export interface Evaluation {
  readonly id: string;
  readonly labId: string;
  readonly modelId: string;
  readonly benchmarkId: string;
  readonly n: number;
  /** Null where the kind of benchmark has no such number; so the others. */
  readonly top1: number | null;
  /** 95 % Wilson interval. */
  readonly top1Low: number | null;
  readonly top1High: number | null;
  readonly nll: number | null;
  readonly ece: number | null;
  readonly brier: number | null;
  /** All its numbers, those above too, in the order of the table of metrics. */
  readonly metrics: readonly EvaluationMetric[];
  /** The one among them that models are ordered by on the benchmark; null where it was not measured. */
  readonly headline: EvaluationMetric | null;
  /** Null where no temperature was fitted. */
  readonly calibration: TemperatureFit | null;
  /** Forward passes the evaluation took. */
  readonly forwardPasses: number;
  /** Null where no gradient was taken. */
  readonly backwardPasses: number | null;
  readonly seconds: number;
  readonly spent: boolean;
  /** The model was trained, without labels, on these images (joint) or on others of the same shift (disjoint); null for neither. */
  readonly transduction: Transduction | null;
  readonly cost: EvaluationCost;
  readonly cells: CorruptionGrid | null;
  readonly meanCorruptionError: number | null;
  /** The cell of the lowest accuracy; null without cells. */
  readonly worstCell: { readonly corruption: string; readonly severity: number; readonly top1: number } | null;
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
