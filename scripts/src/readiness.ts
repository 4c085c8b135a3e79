import type { ManagedProcess } from './managed-process.js';

/** Answers whether the process takes work now. */
export type ReadyCheck = (running: ManagedProcess) => Promise<boolean>;

/** It printed a JSON line with `"ready": true`. */
export const saysReady: ReadyCheck = async (running) =>
  running
    .output()
    .split('\n')
    .some((line) => {
      if (!line.startsWith('{') || !line.includes('"ready"')) return false;
      try {
        const entry: unknown = JSON.parse(line);
        return typeof entry === 'object' && entry !== null && 'ready' in entry && entry.ready === true;
      } catch {
        return false;
      }
    });

/** It answers HTTP with anything but a server error. */
export function answersAt(url: string): ReadyCheck {
  return async () => {
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5_000) });
      await response.body?.cancel();
      return response.status < 500;
    } catch {
      return false;
    }
  };
}

export type Readiness = 'ready' | 'exited' | 'late';

/** Waits until the check holds, the process ends, or the time is over. */
export async function waitUntilReady(
  running: ManagedProcess,
  check: ReadyCheck,
  milliseconds: number,
): Promise<Readiness> {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if (running.exit !== undefined) return 'exited';
    if (await check(running)) return 'ready';
    await running.waitForExit(60);
  }
  return 'late';
}
