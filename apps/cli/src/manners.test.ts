import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OLDEST_NODE, refusalOf } from '../bin/node-version.js';

test('a Node that is too old is told so in a sentence, and the same floor holds for npm start', () => {
  const versions = readFileSync(new URL('../../../scripts/lib/versions.mjs', import.meta.url), 'utf8');
  expect(versions).toContain(`oldestNode = '${OLDEST_NODE}'`);
  for (const old of ['v18.20.4', 'v20.20.2', 'v22.17.9']) {
    expect(refusalOf(old)).toMatch(/^stockpot: Stockpot needs Node\.js 22\.18\.0 or newer; this is v.*\.\nNext: /);
  }
  for (const enough of ['v22.18.0', 'v22.19.1', 'v24.0.0', process.version]) expect(refusalOf(enough)).toBeUndefined();
});
