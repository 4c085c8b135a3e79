import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Modules that are loaded with a module: types are gone by then. */
function loaded(entry: URL): { readonly files: Set<string>; readonly packages: Set<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const pending = [entry];
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (files.has(file.href)) continue;
    files.add(file.href);
    const text = readFileSync(file, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gms)) {
      if (specifier.startsWith('.')) pending.push(new URL(specifier.replace(/\.js$/, '.ts'), file));
      else packages.add(specifier);
    }
  }
  return { files, packages };
}

test('documents are made without an engine: no onnxruntime, no file system, no process', () => {
  const { files, packages } = loaded(new URL('./index.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(40);
  expect([...packages].sort()).toEqual(['zod']);
  const heavy = /\/src\/(runtime|graph|training|steps|process|artifacts|data|checkpoints|models)\//;
  expect([...files].filter((file) => heavy.test(file))).toEqual([]);
});
