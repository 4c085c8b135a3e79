/** @file How the parameters of methods are written on a command line, and read. */
import type { MethodOption, OptionKind } from '@stockpot/engine/soups';
import { InvalidArgumentError, Option } from 'commander';
import { number, numbers } from '../option-values.js';

/** How an option of each kind is written on the command line, and read. */
const kinds: {
  readonly [Kind in OptionKind]: { readonly value: string; readonly read?: (text: string, before: unknown) => unknown };
} = {
  number: { value: ' <number>', read: number },
  numbers: { value: ' <numbers>', read: numbers },
  text: { value: ' <word>' },
  switch: { value: '' },
  'shares by pattern': { value: ' <pattern=numbers>', read: sharesByPattern },
};

export function optionOf({ name, kind, words }: MethodOption): Option {
  const { value, read } = kinds[kind];
  const option = new Option(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${value}`, words);
  return read === undefined ? option : option.argParser(read);
}

/** The parameters of a method among all that was said on the command line. */
export function parametersIn(options: readonly MethodOption[], said: Readonly<Record<string, unknown>>) {
  const told = options.flatMap(({ name }) => (said[name] === undefined ? [] : [[name, said[name]]]));
  return JSON.parse(JSON.stringify(Object.fromEntries(told)));
}

function sharesByPattern(text: string, before: unknown): readonly object[] {
  const at = text.lastIndexOf('=');
  if (at < 1)
    throw new InvalidArgumentError("Expected a pattern of tensor names and numbers, as 'blocks.0.*=0.5,0.5'.");
  const earlier = Array.isArray(before) ? before : [];
  return [...earlier, { tensors: text.slice(0, at), shares: numbers(text.slice(at + 1)) }];
}
