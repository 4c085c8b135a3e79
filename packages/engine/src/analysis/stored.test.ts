import { expect, test } from 'vitest';
import { reachable } from '../reachable.fixture.js';

test('analyses of what is stored need no engine: no onnxruntime, no file system, no weights', () => {
  const { files, packages } = reachable(new URL('./stored.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(20);
  expect([...packages].sort()).toEqual(['zod']);
  expect([...files].filter((file) => /^(runtime|graph|checkpoints|training|steps|process|data)\//.test(file))).toEqual(
    [],
  );
});
