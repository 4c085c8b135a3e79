import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { endsAsAsked } from './command-line-errors.js';
import { fail } from './failure.js';
import { createProgram } from './program.js';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

// A reader that stops early (`stockpot plan … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

try {
  await createProgram(version).parseAsync();
} catch (error) {
  if (endsAsAsked(error)) process.exitCode = error.exitCode;
  else fail(error);
}
