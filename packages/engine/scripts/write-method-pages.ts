/** @file Writes docs/soups from the tables of methods: one page each, and their list. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { methodPages } from '../src/soups/method-pages.fixture.js';

const folder = new URL('../../../docs/soups/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of methodPages()) writeFileSync(new URL(name, folder), text);
