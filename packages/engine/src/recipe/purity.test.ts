import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Every module that `recipe/index.ts` needs: its own files, and the packages they import. */
function reachable(entry: URL): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const pending = [entry];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file.href)) continue;
    files.add(file.href);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)[^;]*?from '([^']+)';/gms,
    )) {
      if (specifier.startsWith('.')) pending.push(new URL(specifier.replace(/\.js$/, '.ts'), file));
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

test('a recipe is compiled without the engine: no onnxruntime, no file system, no process', () => {
  const { files, packages } = reachable(new URL('./index.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(15);
  expect([...packages].sort()).toEqual(['canonicalize', 'node:crypto', 'yaml', 'zod']);
  expect([...files].filter((file) => /\/(runtime|graph|training|steps|process|artifacts|data)\//.test(file))).toEqual(
    [],
  );
});
