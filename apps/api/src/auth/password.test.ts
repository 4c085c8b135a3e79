import { describe, expect, it } from 'vitest';
import { passwordProblem } from './password.js';

describe('the password rule', () => {
  it.each(['correct horse battery staple', 'tY7#kqPz!vB2', 'ein Topf voll Suppe'])('accepts %s', (password) => {
    expect(passwordProblem(password, { email: 'ada@example.org', name: 'Ada Lovelace' })).toBeNull();
  });

  it.each([
    ['', /0 characters/],
    ['short', /at least 12/],
    ['a'.repeat(129), /longer than 128/],
    ['aaaaaaaaaaaabbbb', /repeats/],
    ['password123456', /tried first/],
    ['1234567890123', /tried first/],
    ['Lovelace-and-more', /contains your name/],
    ['ada.l-is-my-mail', /contains your name/],
  ])('refuses %s', (password, why) => {
    expect(passwordProblem(password, { email: 'ada.l@example.org', name: 'Ada Lovelace' })).toMatch(why);
  });
});
