import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROTATE_BYTES = 8 * 1024 * 1024;

/** One process's output on disk: appended to, and put aside once (`.1`) when it has grown large. */
export class LogFile {
  readonly path: string;
  readonly #start: number;

  constructor(folder: string, role: string) {
    this.path = join(folder, `${role}.log`);
    if (existsSync(this.path) && statSync(this.path).size > ROTATE_BYTES) renameSync(this.path, `${this.path}.1`);
    this.#start = existsSync(this.path) ? statSync(this.path).size : 0;
  }

  /** A descriptor that a child writes to itself: its output survives us, and our death breaks no pipe of it. */
  open(): number {
    return openSync(this.path, 'a', 0o600);
  }

  /** What was written since this object was made, the last 256 KiB of it. */
  text(): string {
    if (!existsSync(this.path)) return '';
    const size = statSync(this.path).size;
    const from = Math.max(this.#start, size - 256 * 1024);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    const descriptor = openSync(this.path, 'r');
    try {
      const read = readSync(descriptor, buffer, 0, buffer.length, from);
      return buffer.toString('utf8', 0, read);
    } finally {
      closeSync(descriptor);
    }
  }

  tail(lines: number): string {
    return this.text().trimEnd().split('\n').slice(-lines).map(readable).join('\n');
  }
}

/** Processes log JSON; a person who meets a failure wants its message. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry)) return line;
    const error = 'err' in entry && typeof entry.err === 'object' && entry.err !== null ? entry.err : undefined;
    const cause = error !== undefined && 'message' in error ? `: ${String(error.message)}` : '';
    return `${String(entry.msg)}${cause}`;
  } catch {
    return line;
  }
}
