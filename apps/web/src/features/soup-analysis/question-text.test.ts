import { expect, it } from 'vitest';
import { membersText, questionText } from './question-text';

const paper = {
  method: 'GREEDY',
  accept: 'NOT_WORSE',
  order: 'SCORE',
  start: 'BEST',
  ties: 'LISTED',
  seed: null,
  tolerance: 0,
  patience: null,
  replacement: false,
  most: null,
  passes: null,
} as const;

it('says of a search only what is not as in the paper', () => {
  expect(questionText(paper)).toBe('Greedy');
  expect(questionText({ ...paper, accept: 'BETTER', ties: 'LAST' })).toBe(
    'Greedy, only what is better, the last of equals first',
  );
  expect(questionText({ ...paper, order: 'RANDOM', seed: 1, tolerance: 0.002, patience: 2 })).toBe(
    'Greedy, in a random order (seed 1), 0.20 points of tolerance, 2 refusals end it',
  );
  expect(questionText({ ...paper, method: 'GREEDIER', replacement: true, most: 4 })).toBe(
    'Greedier, each may be taken again, 4 ingredients at most',
  );
  expect(questionText({ ...paper, method: 'PRUNED', passes: 1 })).toBe('Pruned, 1 pass at most');
  expect(questionText({ ...paper, patience: 1 })).toBe('Greedy, 1 refusal ends it');
  expect(questionText({ ...paper, method: 'PRUNED', order: 'GIVEN', start: 'FIRST' })).toBe(
    'Pruned, in the recipe’s order, beginning with the first',
  );
});

it('names the members of a soup, each with how often it counts', () => {
  const model = (name: string) => ({ id: `id of ${name}`, name });
  expect(membersText([model('a')])).toBe('a');
  expect(membersText([model('a'), model('a'), model('b')])).toBe('2 × a, b');
  expect(membersText(['a', 'b', 'c', 'd', 'e'].map(model))).toBe('a, b, c and 2 more');
});
