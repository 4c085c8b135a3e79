import { uniformBetween } from '../../random/index.js';
import { gaussianBlur } from '../image/index.js';
import type { Operation } from './pipeline.js';

/** Gaussian blur of a deviation that is uniform in [0.1, 2) pixels, as in SimCLR and everything after it. */
export const randomBlur: Operation = (image, random) => gaussianBlur(image, uniformBetween(random, 0.1, 2));
