/**
 * What glibc's allocator is told in a numerical process. Networks take hundreds of megabytes a step and give them back: in
 * pages of 4 KiB that is some 17,000 page faults a step of ViT-Ti, in pages of 2 MiB, and with freed memory kept for the next
 * step, some 1,500. A step takes 6 to 10 % less time. Another libc ignores it; glibc before 2.35 has no pages of 2 MiB, and keeps
 * freed memory all the same. What is kept counts as used by the process, also against a limit of its memory.
 */
const TUNABLES = {
  /** Ask the kernel for huge pages wherever they fit (madvise). */
  'glibc.malloc.hugetlb': '1',
  /** Blocks up to here, the largest that glibc allows, come from the heap, whose pages are there already. */
  'glibc.malloc.mmap_threshold': String(32 * 2 ** 20),
  /** Free memory at the end of the heap that is kept. */
  'glibc.malloc.trim_threshold': String(256 * 2 ** 20),
};

const VARIABLE = 'GLIBC_TUNABLES';

/** The environment with the settings added; what somebody set there already stays as it was. */
export function withLargePages(
  environment: Readonly<NodeJS.ProcessEnv>,
  platform: NodeJS.Platform = process.platform,
): NodeJS.ProcessEnv {
  if (platform !== 'linux') return { ...environment };
  const given = environment[VARIABLE] ?? '';
  const named = new Set(given.split(':').map((setting) => setting.split('=')[0]));
  const added = Object.entries(TUNABLES)
    .filter(([name]) => !named.has(name))
    .map(([name, value]) => `${name}=${value}`);
  return { ...environment, [VARIABLE]: [given, ...added].filter((setting) => setting !== '').join(':') };
}
