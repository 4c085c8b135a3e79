/** Seconds as people say them: '0.4 s', '41 s', '3:07', '1:02:45'. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  const rest = String(whole % 60).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${rest}`;
}

/** '3,912' */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** '3,912 img/s'; other units keep their name. */
export function rate(perSecond: number, unit: string): string {
  return `${whole(perSecond)} ${unit === 'images' ? 'img' : unit}/s`;
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/**
 * A bar of `width` columns, filled to an eighth of a column.
 *
 * @param share in [0, 1]
 */
export function bar(share: number, width: number): { readonly filled: string; readonly rest: string } {
  const eighths = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  const filled = '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
  return { filled, rest: '░'.repeat(width - Math.ceil(eighths / 8)) };
}

/** '2.3 MB' (decimal, as disks are sold). */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return unit === 0 ? `${bytes} B` : `${value.toPrecision(3)} ${units[unit]}`;
}
