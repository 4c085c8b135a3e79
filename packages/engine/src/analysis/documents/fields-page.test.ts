import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FIELDS_BEGIN, fieldsSection } from './fields-page.fixture.js';
import { analysisDocuments } from './index.js';

test('docs/analysis.md has the fields of every document (npm run analyses -w @stockpot/engine writes them)', () => {
  const page = readFileSync(new URL('../../../../../docs/analysis.md', import.meta.url), 'utf8');
  expect(page.slice(page.indexOf(FIELDS_BEGIN))).toBe(fieldsSection());
  for (const name of Object.keys(analysisDocuments)) expect(page).toContain(`\n### ${name}\n`);
  // No field without words or a type that says it all.
  expect(fieldsSection()).not.toMatch(/\| (number|whole number|map) \| {2}\|/);
});
