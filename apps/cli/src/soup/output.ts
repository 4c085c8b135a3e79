import { existsSync } from 'node:fs';
import { UsageError } from '../failure.js';

/** Throws UsageError for a place where a model is already. */
export function assertFree(output: string): void {
  const there = output.endsWith('.safetensors')
    ? existsSync(output)
    : existsSync(`${output}/model.safetensors`) || existsSync(`${output}/model.safetensors.index.json`);
  if (there) throw new UsageError(`${output} is there already.`, 'Choose another name with -o, or remove it.');
}
