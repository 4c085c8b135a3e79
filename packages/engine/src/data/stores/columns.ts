/** @file Long lists in manifests, checked in one pass: a million numbers one by one would take seconds. */
import { z } from 'zod';
import { staysInside } from './data-path.js';

/** Whole numbers of at least 0. */
export const countColumn = z.custom<number[]>(
  (value) => Array.isArray(value) && value.every((one) => Number.isSafeInteger(one) && one >= 0),
  { error: 'expected a list of whole numbers of at least 0' },
);

/** Paths inside the source's folder. */
export const pathColumn = z.custom<string[]>(
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string' && staysInside(one)),
  { error: 'expected a list of paths that stay inside the folder' },
);
