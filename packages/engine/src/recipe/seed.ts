import { integer } from './fields.js';

/** What seeds draws: a whole number from 0. */
export const seed = integer(0);
