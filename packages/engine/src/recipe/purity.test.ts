import { expect, test } from 'vitest';
import { reachable } from '../reachable.fixture.js';

test('a recipe is compiled without the engine: no onnxruntime, no file system, no process', () => {
  const { files, packages } = reachable(new URL('./index.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(15);
  expect([...packages].sort()).toEqual(['canonicalize', 'node:crypto', 'yaml', 'zod']);
  expect([...files].filter((file) => /^(runtime|graph|training|steps|process|artifacts|data)\//.test(file))).toEqual(
    [],
  );
});
