import type { Fact } from '@/components/ui/facts';
import { label, quantity } from '@/lib/format';

/** A JSON object as name and value pairs, what says most first; nested objects become `outer · inner`. */
export function hyperparameterFacts(object: Readonly<Record<string, unknown>>, prefix = ''): Fact[] {
  return Object.entries(object)
    .sort(byPlace)
    .flatMap(([key, value]): Fact[] => {
      const name = prefix ? `${prefix} · ${label(key).toLowerCase()}` : label(key);
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        return hyperparameterFacts(Object.fromEntries(Object.entries(value)), name);
      return [{ name, value: formatValue(value) }];
    });
}

/** The options of a method likewise. No method has an option that is on when it is left out: false and null say nothing. */
export function methodFacts(options: Readonly<Record<string, unknown>>): Fact[] {
  const told = Object.entries(options).filter(([, value]) => value !== false && value !== null && value !== undefined);
  return hyperparameterFacts(Object.fromEntries(told));
}

function formatValue(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return quantity(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(formatValue).join(', ');
  if (value === null || value === undefined) return 'none';
  // Rows of a list, such as coefficients by pattern.
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, part]) => `${label(name).toLowerCase()} ${formatValue(part)}`)
      .join(': ');
  }
  return String(value);
}

const FIRST = ['algorithm', 'family', 'method', 'lr', 'weight_decay', 'epochs', 'batch', 'warmup'];

function byPlace([a]: [string, unknown], [b]: [string, unknown]): number {
  const place = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length);
  return place(a) - place(b) || a.localeCompare(b);
}
