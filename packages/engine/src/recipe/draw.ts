import { keyed, type Random } from '../random/index.js';
import type { Range } from './range.js';

/**
 * The value of one parameter of draw `index`. It depends on the seed, the index and the parameter's name only, so one
 * more ingredient, or one more parameter, leaves every other draw alone.
 */
export function draw(range: number | string | Range, seed: number, index: number, parameter: string): number | string {
  if (typeof range !== 'object') return range;
  return drawFrom(range, keyed(seed, 'draw', index, parameter));
}

const RANGES: readonly string[] = ['uniform', 'loguniform', 'choice', 'integer', 'maybe'];

/** Whether a value of a search space is drawn from; other objects, such as MAE's decoder, are what they are. */
export function isRange(value: unknown): value is Range {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const [key, ...more] = Object.keys(value);
  return key !== undefined && more.length === 0 && RANGES.includes(key);
}

/** The values that a field may have: of a range of numbers its ends. */
export function possible(field: unknown): readonly unknown[] {
  if (!isRange(field)) return field === undefined ? [] : [field];
  const [values] = Object.values(field);
  return Array.isArray(values) ? values : [];
}

/** The training seed of draw `index`: an unsigned 32-bit integer. */
export function drawSeed(seed: number, index: number): number {
  return keyed(seed, 'draw', index, 'seed').uint32();
}

function drawFrom(range: Range, random: Random): number | string {
  if ('uniform' in range) {
    const [low, high] = range.uniform;
    return portable(low + (high - low) * random.uniform(), low, high);
  }
  if ('loguniform' in range) {
    const [low, high] = range.loguniform;
    return portable(Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * random.uniform()), low, high);
  }
  if ('integer' in range) {
    const [low, high] = range.integer;
    return low + random.integer(high - low + 1);
  }
  if ('choice' in range) {
    const chosen = range.choice[random.integer(range.choice.length)];
    if (chosen === undefined) throw new RangeError('draw: a choice of no values.');
    return chosen;
  }
  const { probability, otherwise, value } = range.maybe;
  return random.uniform() < probability ? drawFrom(value, random) : otherwise;
}

/**
 * Six significant decimal digits: what a person reads is exactly what was used, and an `exp` that differs in its last
 * bit on another machine still gives the same step key.
 */
function portable(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Number(value.toPrecision(6))));
}
