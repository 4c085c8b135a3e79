import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test('statistics run in a browser: nothing that they import, however far, is of Node or of a package', () => {
  const seen = new Set<string>();
  const foreign: string[] = [];
  const visit = (url: URL) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    for (const [, specifier = ''] of readFileSync(url, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (specifier.startsWith('.')) visit(new URL(specifier.replace(/\.js$/, '.ts'), url));
      else foreign.push(`${url.pathname.split('/src/')[1]} imports ${specifier}`);
    }
  };
  visit(new URL('./index.ts', import.meta.url));
  expect(foreign).toEqual([]);
  expect(seen.size).toBeGreaterThan(15);
});
