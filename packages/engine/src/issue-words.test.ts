import { expect, test } from 'vitest';
import { z } from 'zod';
import { issueWords } from './issue-words.js';

test.each([
  [z.number().max(1), 7, 'expected a number of at most 1; found 7'],
  [z.number().lt(1), 1, 'expected a number less than 1; found 1'],
  [z.int().min(2), 1, 'expected a number of at least 2; found 1'],
  [z.number().positive(), 0, 'expected a number more than 0; found 0'],
  [z.array(z.number()).min(1), [], 'expected a list with a length of at least 1; found []'],
  [z.enum(['paper', 'mergekit']), 'both', `expected 'paper' or 'mergekit'; found "both"`],
  [z.number(), 'many', 'expected a number; found "many"'],
  [z.object({ t: z.number() }), {}, 'expected a number, and nothing is there'],
  [z.number().refine((value) => value % 2 === 0, 'Expected an even number'), 3, 'expected an even number'],
])('what zod finds wrong reads as a sentence: %#', (schema: z.ZodType, value, words) => {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  if (issue === undefined) throw new Error('The value was taken.');
  expect(issueWords(issue, value)).toBe(words);
});

test('a key that is not known is named', () => {
  const [issue] = z.strictObject({}).safeParse({ alhpa: 1 }).error?.issues ?? [];
  expect(issue && issueWords(issue, { alhpa: 1 })).toMatch(/^it has no 'alhpa'/);
});
