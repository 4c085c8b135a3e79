/** @file Names of temporary files say who writes them, so that the ones of dead processes can be swept. */

/** A writer on another machine cannot be asked whether it lives; after a day it is taken for dead. */
const FOREIGN_LIFETIME_MS = 24 * 60 * 60 * 1000;

export function temporaryName(host: string, pid: number, unique: string): string {
  return `${encodeURIComponent(host)}~${pid}~${unique}`;
}

/**
 * Whether nobody writes the temporary file any more.
 *
 * @param ageMs milliseconds since its last write
 */
export function isOrphan(name: string, host: string, ageMs: number): boolean {
  const [owner, pid] = name.split('~');
  if (owner !== encodeURIComponent(host)) return ageMs > FOREIGN_LIFETIME_MS;
  return !isAlive(Number(pid)) || ageMs > FOREIGN_LIFETIME_MS;
}

/** Whether a process with this id exists; one of another user counts. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
