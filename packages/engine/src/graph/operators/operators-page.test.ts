import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operatorsPage } from './operators-page.fixture.js';

test('docs/operators.md is current (npm run operators -w @stockpot/engine writes it)', () => {
  const published = readFileSync(new URL('../../../../../docs/operators.md', import.meta.url), 'utf8');
  expect(published).toBe(operatorsPage());
});
