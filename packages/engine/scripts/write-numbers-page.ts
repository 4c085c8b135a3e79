/** @file Writes the table of metrics into docs/numbers.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withMetricTable } from '../src/evaluation/metrics/numbers-table.fixture.js';

const page = new URL('../../../docs/numbers.md', import.meta.url);
writeFileSync(page, withMetricTable(readFileSync(page, 'utf8')));
