/** @file Writes docs/operators.md from the tables of the engine. */
import { writeFileSync } from 'node:fs';
import { operatorsPage } from '../src/graph/operators/operators-page.fixture.js';

writeFileSync(new URL('../../../docs/operators.md', import.meta.url), operatorsPage());
