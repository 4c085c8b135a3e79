import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alikeBy, sharesOf, soupKey } from './members.js';

describe('the members of a soup', () => {
  test('make one soup in any order and with any common factor', () => {
    expect(soupKey([3, 0, 0])).toBe('0,0,3');
    expect(soupKey([0, 3, 0, 3])).toBe('0,3');
    expect(soupKey([7, 7, 7])).toBe('7');
    expect(soupKey([10, 9])).toBe('9,10');
    expect(soupKey([2, 1], [0, 1, 1])).toBe('1');
    expect(alikeBy(['a', 'b', undefined, 'a', undefined])).toEqual([0, 1, 2, 0, 4]);
    expect(sharesOf([4, 1, 4])).toEqual([
      { index: 1, coefficient: 1 / 3 },
      { index: 4, coefficient: 2 / 3 },
    ]);
  });

  test('have equal keys exactly when they have equal shares', () => {
    const lists = fc.array(fc.nat(2), { minLength: 1, maxLength: 6 });
    const shares = (members: readonly number[]) => JSON.stringify(sharesOf(members));
    fc.assert(fc.property(lists, lists, (a, b) => (soupKey(a) === soupKey(b)) === (shares(a) === shares(b))));
  });
});
