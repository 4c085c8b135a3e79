import { readdirSync, statSync } from 'node:fs';
import { UsageError } from '../failure.js';

/** Throws UsageError for a place without a name, and for one where something is already. */
export function assertFree(output: string): void {
  if (output === '') throw new UsageError('The place to write to has no name.', 'Name a file or a folder with -o.');
  const there = statSync(output, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (there.isDirectory() && !output.endsWith('.safetensors')) {
    const [first] = readdirSync(output);
    if (first === undefined) return;
    throw new UsageError(
      `${output} is there already, and holds ${JSON.stringify(first)}.`,
      'A soup gets a folder of its own: choose another name with -o, or remove it.',
    );
  }
  throw new UsageError(`${output} is there already.`, 'Choose another name with -o, or remove it.');
}
