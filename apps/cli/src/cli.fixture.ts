import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
export const examples = fileURLToPath(new URL('../../../examples/recipes/', import.meta.url));
export const tiny = readFileSync(join(examples, 'tiny.yaml'), 'utf8');

const folders: string[] = [];

/** A fresh folder with a space in its name; `removeFolders` removes it. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'stockpot cli '));
  folders.push(made);
  return made;
}

export function removeFolders(): void {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
}

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in a process of its own, from source. */
export function start(
  args: readonly string[],
  cwd?: string,
): { readonly child: ChildProcess; readonly outcome: Promise<Outcome> } {
  const child = spawn(
    process.execPath,
    ['--conditions=stockpot-source', '--import', import.meta.resolve('tsx'), main, ...args],
    {
      cwd,
      env: { ...process.env, CI: '1', NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return { child, outcome: once(child, 'close').then(([code]) => ({ code, stdout, stderr })) };
}

export async function stockpot(...args: readonly string[]): Promise<Outcome> {
  return await start(args).outcome;
}
