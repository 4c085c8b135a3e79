import { expect, it } from 'vitest';
import { partsText } from './parts-text';

const part = (name: string, coefficient: number | null) => ({ name, coefficient });

it('writes a mixture as a sum, in which what is taken away is taken away', () => {
  expect(partsText([part('a', 0.7), part('b', 0.5), part('c', -0.2)])).toBe('0.7 × a + 0.5 × b − 0.2 × c');
  expect(partsText([part('a', -0.2), part('b', 1.2)])).toBe('−0.2 × a + 1.2 × b');
});

it('leaves out what counts nothing, and only names the parts of what is no sum', () => {
  expect(partsText([part('a', 0), part('b', 1)])).toBe('1 × b');
  expect(partsText([part('a', null), part('b', null)])).toBe('a, b');
});
