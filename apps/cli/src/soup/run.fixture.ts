/** @file Command lines in this process. Used by tests only. */
import { vi } from 'vitest';
import { createProgram } from '../program.js';

/** Runs a command line; returns what it printed. */
export async function run(line: string): Promise<string> {
  const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let printed = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    await createProgram('0').parseAsync(words, { from: 'user' });
  } finally {
    write.mockRestore();
  }
  return printed;
}
