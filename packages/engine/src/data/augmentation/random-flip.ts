import { flipHorizontally } from '../image/index.js';
import { type Operation, sometimes } from './pipeline.js';

/** Left becomes right, in half of the images. */
export const randomFlip: Operation = sometimes(0.5, flipHorizontally);
