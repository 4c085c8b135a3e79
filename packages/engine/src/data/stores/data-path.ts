import { z } from 'zod';

/**
 * Whether a path stays below the folder it is relative to: forward slashes, no empty, `.` or `..` part, no backslash, no
 * drive letter, no NUL. Names in archives and in manifests are held to it.
 */
export function staysInside(path: string): boolean {
  if (path === '' || path.includes('\\') || path.includes('\0') || /^[A-Za-z]:/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A path inside the source's folder. */
export const dataPath = z.string().refine(staysInside, { error: 'expected a path that stays inside the folder' });
