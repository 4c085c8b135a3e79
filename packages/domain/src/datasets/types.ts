import type { SplitRole } from '@stockpot/db';
import { z } from 'zod';
import { labRef, objectId, objectIds } from '../page.js';

export interface Split {
  readonly id: string;
  readonly labId: string;
  readonly datasetId: string;
  readonly name: string;
  readonly role: SplitRole;
  /** Examples. */
  readonly n: number;
  readonly contentHash: string;
}
export interface Dataset {
  readonly id: string;
  readonly labId: string;
  readonly name: string;
  readonly contentHash: string;
  readonly classes: number;
  /** [channels, height, width] */
  readonly image: readonly number[];
  readonly createdAt: Date;
  /** In the recipe's order of declaration: by name. */
  readonly splits: readonly Split[];
}
export const listDatasetsInput = z.object({ lab: labRef });
export const getDatasetInput = z.object({ id: objectId });
export const getSplitInput = z.object({ id: objectId });
export const manyDatasetsInput = z.object({ lab: labRef, ids: objectIds });
