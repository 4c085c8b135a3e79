/** @file What is said of damaged and hostile data. Used by tests only. */
import { expect } from 'vitest';
import type { DatasetParameters } from '../../recipe/parameters.js';
import { allOf, dataFolder } from '../dataset-folder.fixture.js';
import { DataFileError } from '../errors.js';

export const MEGABYTE = 1024 * 1024;

/** What is said of a folder; anything but a refusal of the data fails, and so does one that takes much memory. */
export async function refusal(
  files: Readonly<Record<string, Uint8Array | string>>,
  format: DatasetParameters['format'],
  from: string,
  options?: Partial<DatasetParameters>,
): Promise<string> {
  await using data = await dataFolder(files);
  const before = process.memoryUsage().rss;
  const error = await data.register(format, [allOf(from)], options).catch((reason: unknown) => reason);
  if (!(error instanceof DataFileError)) throw new Error(`expected a refusal, got ${String(error)}`);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * MEGABYTE);
  expect(error.file.startsWith(data.path)).toBe(true);
  expect(error.advice).toMatch(/[.!]$/);
  return error.message.replaceAll(`${data.path}/`, '').replaceAll(data.path, 'FOLDER');
}
