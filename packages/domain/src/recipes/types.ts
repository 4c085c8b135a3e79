import type { RecipeFormat } from '@stockpot/db';
import { z } from 'zod';
import { objectId } from '../page.js';

export interface Recipe {
  readonly id: string;
  readonly labId: string;
  readonly name: string;
  readonly format: RecipeFormat;
  readonly text: string;
  readonly createdAt: Date;
}
export const getRecipeInput = z.object({ id: objectId });
