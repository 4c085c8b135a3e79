import { readFile, writeFile } from 'node:fs/promises';

/**
 * Marks what this process has in memory now.
 *
 * @returns the most that it had above the mark since, in bytes; null where the system does not tell: it has had more before
 */
export async function markMemory(): Promise<() => Promise<number | null>> {
  // Linux forgets the highest mark so far when asked; what has no such file keeps it.
  await writeFile('/proc/self/clear_refs', '5').catch(() => undefined);
  const resident = process.memoryUsage.rss();
  const before = await highest();
  return async () => {
    const now = await highest();
    return now > before ? now - resident : null;
  };
}

/** The most bytes that this process ever had, or since the mark was reset. */
async function highest(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kilobytes) * 1024;
}
