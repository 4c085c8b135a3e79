/** Numbers, times and hashes as people read them. Locale is fixed so that server and browser render the same text. */
const LOCALE = 'en-US';

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });

/** A fraction in [0, 1] as per cent: 0.97825 → "97.83". The sign "%" is the caller's, it often stands in a heading. */
export function percent(fraction: number, digits = 2): string {
  return (fraction * 100).toFixed(digits);
}

/** A difference of fractions in percentage points with its sign: 0.0123 → "+1.23"; a true minus sign below zero. */
export function points(difference: number, digits = 2): string {
  const rounded = (difference * 100).toFixed(digits);
  const value = Number(rounded);
  if (value === 0) return (0).toFixed(digits);
  return value > 0 ? `+${rounded}` : `−${rounded.slice(1)}`;
}

/** A p-value: "0.045", "< 0.0001", "1". */
export function probability(p: number): string {
  if (p < 0.0001) return '< 0.0001';
  return p > 0.995 ? '1' : String(Number(p.toPrecision(2)));
}

/** A whole number with thousands separators: 10000 → "10,000". */
export function count(value: number): string {
  return whole.format(value);
}

/** Bytes in binary units: 1048576 → "1.0 MiB". */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** A hyperparameter-like number with at most `digits` significant digits, exponent form when very small or large. */
export function quantity(value: number, digits = 4): string {
  if (value === 0) return '0';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e7) return value.toExponential(Math.max(0, digits - 2)).replace(/\.?0+e/, 'e');
  return Number.isInteger(value) ? whole.format(value) : String(Number(value.toPrecision(digits)));
}

/** The same with a true minus sign below zero, for what is of either sign as a matter of course. */
export function signed(value: number, digits = 3): string {
  return quantity(value, digits).replace(/^-/, '−');
}

/** A short time in milliseconds with three digits: 0.0421 → "0.0421 ms", 12.34 → "12.3 ms". */
export function latency(milliseconds: number): string {
  return milliseconds >= 1000 ? duration(milliseconds) : `${Number(milliseconds.toPrecision(3))} ms`;
}

/** A duration in milliseconds: "850 ms", "12.4 s", "3 min 05 s", "2 h 10 min". */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.max(0, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(1)} s`;
  const total = Math.round(seconds);
  if (total < 3600) return `${Math.floor(total / 60)} min ${String(total % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** The first digits of a hash. */
export function shortHash(hash: string, digits = 10): string {
  return hash.slice(0, digits);
}

/** `gaussian_noise` → "Gaussian noise", `jpeg_compression` → "JPEG compression", `lr` → "Learning rate". */
export function label(name: string): string {
  const words = name
    .split(/[_\s-]+/)
    .filter(Boolean)
    .map((word) => WORDS[word.toLowerCase()] ?? word)
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const WORDS: Readonly<Record<string, string>> = {
  lr: 'learning rate',
  mlp: 'MLP',
  jpeg: 'JPEG',
  ema: 'EMA',
  mae: 'MAE',
  dim: 'width',
  sha256: 'SHA-256',
};

/** "1 step", "3 steps". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
