import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * A process and the moment it began. Process ids are reused, so an id that was written to disk says nothing by itself:
 * only when the birth agrees is it still the same process, and only then may it be signalled.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque; compare with equality. Names the boot as well, as ids and clock ticks both begin anew with one. */
  readonly birth: string;
}

/** The identity of a living process, or undefined when there is none with this id. */
export function identify(pid: number): ProcessIdentity | undefined {
  const birth = process.platform === 'linux' ? linuxBirth(pid) : psBirth(pid);
  return birth === undefined ? undefined : { pid, birth };
}

/** Does this very process still live? A zombie that only waits for its parent to notice counts as dead. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identify(identity.pid)?.birth === identity.birth;
}

export function identifySelf(): ProcessIdentity {
  const self = identify(process.pid);
  if (self === undefined) throw new Error(`Process ${process.pid} could not find itself in the process table.`);
  return self;
}

/** Parent's process id, or undefined when the process is gone. */
export function parentOf(pid: number): number | undefined {
  if (process.platform === 'linux') {
    const fields = linuxStat(pid);
    return fields === undefined ? undefined : Number(fields[1]);
  }
  const text = ps(pid, 'ppid=');
  return text === undefined ? undefined : Number.parseInt(text, 10);
}

/** The command's short name ('node', 'sh', 'npm start'), or undefined when the process is gone. */
export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'comm=');
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function linuxBirth(pid: number): string | undefined {
  const fields = linuxStat(pid);
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
}

/** The fields of /proc/PID/stat after the command, which is in brackets and may itself hold spaces and brackets. */
function linuxStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function psBirth(pid: number): string | undefined {
  const state = ps(pid, 'stat=');
  return state === undefined || state.startsWith('Z') ? undefined : ps(pid, 'lstart=');
}

function ps(pid: number, format: string): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', format, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
