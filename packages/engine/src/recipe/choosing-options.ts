/** @file What a soup that is chosen or learned may be told, beside its rule. Left out, a field is absent from the plan. */
import { z } from 'zod';
import { integer, number, oneOf } from './fields.js';

export const acceptRule = oneOf(['>=', '>']);

const tolerance = number({ min: 0, below: 1 }, '0.001')
  .exactOptional()
  .describe('How far below the best score so far a candidate may be and still be accepted; left out, 0.');
const ties = oneOf(['listed', 'last'])
  .exactOptional()
  .describe("Which of equally good ingredients comes first; left out, 'listed': as the plan lists them.");

export const greedyOptions = {
  order: oneOf(['score', 'given', 'random'])
    .exactOptional()
    .describe("In which order ingredients are tried; left out, 'score': best first."),
  start: oneOf(['best', 'first'])
    .exactOptional()
    .describe("Begin with the best ingredient (left out) or with the first of the order: 'first' may score less."),
  ties,
  tolerance,
  patience: integer(1).exactOptional().describe('Refusals in a row after which the search ends; left out, never.'),
};

export const greedierOptions = {
  replacement: z
    .boolean({ error: 'expected true or false' })
    .exactOptional()
    .describe('An ingredient may be taken again: coefficients are multiplicities. Left out, each is taken once.'),
  most: integer(1)
    .exactOptional()
    .describe('Most ingredients, with multiplicity; left out, all, and twice as many with replacement.'),
  ties,
  tolerance,
};

export const prunedOptions = {
  passes: integer(1).exactOptional().describe('Most passes; left out, until one takes no ingredient out.'),
  ties,
  tolerance,
};

export const learnedBy = oneOf(['model', 'tensor']);
