/** @file Command lines in this process. Used by tests only. */
import { vi } from 'vitest';
import { createProgram } from '../program.js';

/** Runs a command line as if into a pipe, whatever the test runner says of its own output; returns what it printed. */
export async function run(line: string): Promise<string> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let printed = '';
  const { isTTY } = process.stdout;
  process.stdout.isTTY = false;
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await createProgram('0').parseAsync(words, { from: 'user' });
  } finally {
    write.mockRestore();
    process.stdout.isTTY = isTTY;
  }
  return printed;
}
