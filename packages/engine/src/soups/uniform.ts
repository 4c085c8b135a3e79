import { averageOf } from './average.js';
import type { SoupMethod } from './method.js';
import { Pool } from './pool.js';

/** The mean of all ingredients, with equal coefficients. */
export const uniform: SoupMethod<{ readonly method: 'uniform' }> = {
  title: 'Uniform soup',
  source: 'Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482',
  async cook(_parameters, { ingredients, signal, onProgress }) {
    // Refuse misfits now, before the caller begins to write.
    await using _pool = await Pool.open(ingredients);
    const coefficient = 1 / ingredients.length;
    return {
      coefficients: ingredients.map((_, index) => ({ index, coefficient })),
      trace: [],
      rule: null,
      checkpoint: averageOf(
        ingredients,
        ingredients.map((_, index) => index),
        { signal, onProgress },
      ),
    };
  },
};
