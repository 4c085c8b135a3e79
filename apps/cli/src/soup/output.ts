import { existsSync } from 'node:fs';
import { UsageError } from '../failure.js';

/** Throws UsageError for a place without a name, and for one where a model is already. */
export function assertFree(output: string): void {
  if (output === '') throw new UsageError('The place to write to has no name.', 'Name a file or a folder with -o.');
  const there = output.endsWith('.safetensors')
    ? existsSync(output)
    : existsSync(`${output}/model.safetensors`) || existsSync(`${output}/model.safetensors.index.json`);
  if (there) throw new UsageError(`${output} is there already.`, 'Choose another name with -o, or remove it.');
}
