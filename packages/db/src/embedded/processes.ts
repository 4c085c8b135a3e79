import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What the system says of a process: null when there is none, or only a zombie that nobody has reaped yet. */
export function inspectProcess(pid: number): { command: string; started: string } | null {
  if (process.platform === 'linux') {
    try {
      // pid (command) state ppid …: the command may hold spaces and parentheses, so look for the last one.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const end = stat.lastIndexOf(')');
      const fields = stat.slice(end + 2).split(' ');
      if (fields[0] === 'Z' || fields[0] === 'X') return null;
      return { command: stat.slice(stat.indexOf('(') + 1, end), started: fields[19] ?? '' };
    } catch {
      return null;
    }
  }
  try {
    const line = execFileSync('ps', ['-p', String(pid), '-o', 'stat=,lstart=,comm='], { encoding: 'utf8' }).trim();
    if (line === '' || line.startsWith('Z')) return null;
    const match = /^\S+\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line);
    return match === null ? null : { command: match[2] ?? '', started: match[1] ?? '' };
  } catch {
    return null;
  }
}

/** A live Postgres server process; pids are reused, so a number alone says nothing. */
export function isPostgres(pid: number): boolean {
  return inspectProcess(pid)?.command.endsWith('postgres') ?? false;
}

/** Names this process or another for good: a later process with the same pid has another identity. */
export function identityOf(pid: number): string | null {
  const found = inspectProcess(pid);
  return found === null ? null : `${pid} ${found.started}`;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already: what the signal was to achieve.
  }
}

export async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
