/** What this checkout asks of Node: enough to read this file, and enough to run everything else. */
export const oldestBootstrapNode = '20.0.0';
export const oldestNode = '22.18.0';

/** Compares two dotted versions by their first three numbers; negative when `a` is older. */
export function compareVersions(a, b) {
  const parts = (version) =>
    version
      .replace(/^v/, '')
      .split('-')[0]
      .split('.')
      .map((part) => Number.parseInt(part, 10) || 0);
  const left = parts(a);
  const right = parts(b);
  for (let i = 0; i < 3; i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
