import { expect, test } from 'vitest';
import { reachable } from '../../reachable.fixture.js';

test('documents are made without an engine: no onnxruntime, no file system, no process', () => {
  const { files, packages } = reachable(new URL('./index.ts', import.meta.url));
  expect(files.size).toBeGreaterThan(40);
  expect([...packages]).toEqual(['zod']);
  const heavy = /^(runtime|graph|training|steps|process|artifacts|data|checkpoints|models)\//;
  expect([...files].filter((file) => heavy.test(file))).toEqual([]);
});
