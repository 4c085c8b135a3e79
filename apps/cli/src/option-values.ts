/** @file How the values of options are read from a command line. */
import { PRECISIONS, type TrainingPrecision } from '@stockpot/engine/recipe';
import { InvalidArgumentError } from 'commander';

/** A number of threads, steps at a time, heads, gigabytes. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 1024.');
  }
  return value;
}

export function precision(text: string): TrainingPrecision {
  const found = PRECISIONS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(
    text === 'bf16'
      ? 'bf16 is a storage type here: no device of this version computes with it. Expected f32 or f16.'
      : `Expected ${PRECISIONS.join(' or ')}.`,
  );
}

export function mebibytes(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number of MB from 1.');
  return value;
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number such as 0.5.');
  return value;
}

export function numbers(text: string): readonly number[] {
  const values = text.split(',');
  if (values.every((value) => value.trim() !== '' && Number.isFinite(Number(value)))) return values.map(Number);
  throw new InvalidArgumentError('Expected numbers separated by commas, such as 0.5,0.5,0.5.');
}

/** A seed, say. */
export function natural(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Expected a whole number from 0.');
  }
  return value;
}

/** How many of something. */
export function positive(text: string): number {
  const value = natural(text);
  if (value === 0) throw new InvalidArgumentError('Expected a whole number from 1.');
  return value;
}

export function gigabytes(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('Expected a number of gigabytes above 0.');
  return value;
}

export function side(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 4096) {
    throw new InvalidArgumentError('Expected a whole number of pixels from 1 to 4096.');
  }
  return value;
}
