import type { EvaluationCount, Examined, MetricOfWorth } from '@stockpot/engine/analysis/documents';
import stringWidth from 'string-width';
import { whole } from '../../progress/format.js';

/** '97.31': a share in per cent. */
export function percent(share: number): string {
  return (100 * share).toFixed(2);
}

/** '+0.42', '−1.30': a difference of shares in points of per cent. */
export function points(difference: number): string {
  return signed(100 * difference, 2);
}

/** '+0.0042': with a sign, and none for what rounds to nothing. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${value < 0 ? '−' : '+'}${text}`;
}

export function nats(loss: number): string {
  return loss.toFixed(4);
}

/** '0.43', '–' where there is nothing to divide by. */
export function maybe(value: number | null, digits = 2): string {
  return value === null ? '–' : value.toFixed(digits).replace('-', '−');
}

export function degrees(radians: number | null): string {
  return radians === null ? '–' : `${((180 * radians) / Math.PI).toFixed(1)}°`;
}

/** 'p = 0.0031', 'p < 0.0001'. */
export function probability(p: number): string {
  return p < 0.0001 ? 'p < 0.0001' : `p = ${p.toFixed(p < 0.1 ? 4 : 2)}`;
}

/** 'on 400 examples of mnist/selection, on which models are chosen' */
export function examples({ source, role, n, rows }: Examined): string {
  const cells = rows === n ? '' : `, each in ${whole(rows / n)} versions`;
  const chosen = role === 'selection' ? ' (role selection)' : role === null ? '' : ` (role ${role})`;
  return `on ${whole(n)} ${n === 1 ? 'example' : 'examples'} of ${source}${chosen}${cells}`;
}

/** 'Evaluated 9 mixtures; 2 were known.' */
export function cost({ measured, known }: EvaluationCount): string {
  return `Evaluated ${whole(measured)} ${measured === 1 ? 'mixture' : 'mixtures'}; ${whole(known)} ${known === 1 ? 'was' : 'were'} known.`;
}

/** A worth by its metric: per cent, or nats below zero. */
export function worth(value: number, metric: MetricOfWorth): string {
  return metric === 'accuracy' ? percent(value) : signed(value, 4);
}

/** A difference of worths by its metric: points, or nats. */
export function gain(value: number, metric: MetricOfWorth): string {
  return metric === 'accuracy' ? points(value) : signed(value, 4);
}

export const worthHeading: Readonly<Record<MetricOfWorth, string>> = { accuracy: 'top-1 %', loss: '−loss' };
export const worthUnit: Readonly<Record<MetricOfWorth, string>> = { accuracy: 'points', loss: 'nats' };

/** 'a, b and c' */
export function list(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/**
 * Names that fit in a table: long ones lose their middle, and what looks the same then is numbered. Documents have them whole.
 *
 * @param room columns of one name, 8 or more
 */
export function labels(names: readonly string[], room = 24): string[] {
  const head = Math.ceil((room - 1) / 2);
  const short = names.map((name) =>
    stringWidth(name) <= room ? name : `${name.slice(0, head)}…${name.slice(head + 1 - room)}`,
  );
  return short.map((label, place) => {
    const before = short.slice(0, place).filter((other) => other === label).length;
    return before === 0 ? label : `${label} (${before + 1})`;
  });
}

/**
 * Which of the n-th ingredients after the first cannot be told to gain: all from one on, or some between others.
 *
 * @param idle their n, ascending
 * @param all how many there are
 */
export function idleText(idle: readonly number[], all: number): string {
  const [first] = idle;
  if (first === undefined) return 'Each one after it gains, as far as these orders tell.';
  const named = idle.map((n) => `${n}${ordinal(n)}`);
  return first + idle.length - 1 === all
    ? `From the ${named[0]} on, the gain cannot be told from none.`
    : `Of the ${list(named)} the gain cannot be told from none, of the others after the first it can.`;
}

function ordinal(n: number): string {
  const last = n % 100 > 10 && n % 100 < 14 ? 0 : n % 10;
  return ['th', 'st', 'nd', 'rd'][last] ?? 'th';
}
