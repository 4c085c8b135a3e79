import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { edited, exampleMnist, exampleSelfSoup, mnist, tiny } from './fixtures/recipe.js';
import { recipeJsonSchema } from './json-schema.js';

const published = JSON.parse(readFileSync(new URL('../../../../docs/recipe.schema.json', import.meta.url), 'utf8'));

test('docs/recipe.schema.json is current (npm run schema -w @stockpot/engine writes it)', () => {
  expect(published).toEqual(recipeJsonSchema());
});

describe('an independent validator with the published schema', () => {
  const validate = new Ajv2020({ strict: false }).compile(published);

  test.each([
    ['mnist', exampleMnist],
    ['tiny', tiny],
    ['self-soup', exampleSelfSoup],
  ])('accepts the example %s', (_, text) => {
    expect(validate(parseYaml(text))).toBe(true);
  });

  test.each([
    ['an unknown key', ['seed: 17', 'sede: 17']],
    ['a word where a number belongs', ['lr: { loguniform: [1.0e-4, 2.0e-3] }', 'lr: fast']],
    ['an unknown method', ['method: uniform', 'method: median']],
    ['a role that is none', ['role: test', 'role: exam']],
  ] as const)('refuses %s', (_, edit) => {
    expect(validate(parseYaml(edited(mnist, edit)))).toBe(false);
  });
});
