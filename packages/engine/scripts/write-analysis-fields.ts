/** @file Writes the tables of fields in docs/analysis.md from the schemas of the documents. */
import { readFileSync, writeFileSync } from 'node:fs';
import { FIELDS_BEGIN, fieldsSection } from '../src/analysis/documents/fields-page.fixture.js';

const page = new URL('../../../docs/analysis.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const begin = text.indexOf(FIELDS_BEGIN);
writeFileSync(page, `${begin < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, begin)}${fieldsSection()}`);
