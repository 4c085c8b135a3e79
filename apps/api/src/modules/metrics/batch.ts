import type { ChannelPayloads } from '@stockpot/db';

/** Where one stored batch of points is; what a notification says. */
export interface MetricBatch {
  readonly step: string;
  readonly series: string;
  readonly attempt: number;
  readonly firstStep: number;
}

/** A batch's place as one string, so that a change stream can tell batches apart. */
export function packBatch({ step, series, attempt, firstStep }: ChannelPayloads['stockpot_metrics']): string {
  return JSON.stringify([step, series, attempt, firstStep]);
}

/** The inverse of `packBatch`. */
export function batchOf(packed: string): MetricBatch {
  const [step, series, attempt, firstStep]: [string, string, number, number] = JSON.parse(packed);
  return { step, series, attempt, firstStep };
}
