import type { SplitRole } from '@stockpot/db';
import { z } from 'zod';
import type { Split } from '../datasets/types.js';
import { labRef, objectId, objectIds } from '../page.js';

export interface Benchmark {
  readonly id: string;
  readonly labId: string;
  readonly name: string;
  readonly split: Split;
  readonly role: SplitRole;
  /** Examples, before corruption. */
  readonly n: number;
  readonly protocolHash: string;
  readonly corruptions: readonly string[] | null;
  readonly severities: readonly number[] | null;
  /** Models that rank on it: evaluated with a top-1 that is not spent. */
  readonly ranked: number;
  /** Name of the metric that models are ordered by on it. */
  readonly headline: string;
  /** Version of what is measured, a page of docs/protocols; null for plain answers to clean images. */
  readonly protocolName: string | null;
  readonly createdAt: Date;
}
export const listBenchmarksInput = z.object({ lab: labRef });
export const getBenchmarkInput = z.object({ id: objectId });
export const manyBenchmarksInput = z.object({ lab: labRef, ids: objectIds });
