import { expect, test } from 'vitest';
import { reachable } from '../reachable.fixture.js';

test('statistics run in a browser: nothing that they import, however far, is of Node or of a package', () => {
  const { files, packages } = reachable(new URL('./index.ts', import.meta.url));
  expect([...packages]).toEqual([]);
  expect(files.size).toBeGreaterThan(15);
});
