import { type MethodEntry, type MethodOption, mixingMethods, type OptionKind } from '@stockpot/engine/soups';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cookFiles, type SoupArguments } from './cook-files.js';

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

/** `stockpot soup METHOD …`, one command a row of the table of methods. */
export function soupCommand(): Command {
  const rows = Object.entries(mixingMethods);
  const soup = new Command('soup')
    .description('Mix checkpoints into one, on files, with no recipe. Each soup carries a certificate.')
    .addHelpText(
      'after',
      `\nExamples:\n${rows.map(([, { example }]) => `  $ stockpot soup ${example}`).join('\n')}\n\nstockpot soup METHOD --help shows a method's formula, its source and all that it can be told.`,
    );
  for (const [name, entry] of rows) soup.addCommand(methodCommand(name, entry));
  return soup;
}

function methodCommand(name: string, entry: MethodEntry): Command {
  const command = new Command(name)
    .description(`${entry.title}: ${entry.formula}.`)
    .summary(entry.title)
    .argument('<ingredients...>', 'safetensors files, indexes of shards, or folders with either')
    .requiredOption('-o, --output <path>', 'a .safetensors file, or a folder to write shards to')
    .addHelpText('after', `\nSource: ${entry.source}\n\nExample:\n  $ stockpot soup ${entry.example}`);
  if (entry.needsBase) command.requiredOption('--base <path>', 'the stock that the ingredients were fine-tuned from');
  for (const option of entry.options) command.addOption(optionOf(option));
  if (entry.random === true) command.option('--seed <n>', 'of the random numbers; default: 0', number);
  return command
    .option('--shard <gigabytes>', 'size of a weight file at most, where a folder is written; default: 5', number)
    .option('--json', 'print the certificate as JSON')
    .action((ingredients: readonly string[], options: SoupArguments) => cookFiles(name, entry, ingredients, options));
}

function optionOf({ name, kind, words }: MethodOption): Option {
  const { value, read } = kinds[kind];
  const option = new Option(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}${value}`, words);
  return read === undefined ? option : option.argParser(read);
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number such as 0.5.');
  return value;
}

function numbers(text: string): readonly number[] {
  return text.split(',').map(number);
}

function sharesByPattern(text: string, before: unknown): readonly object[] {
  const at = text.lastIndexOf('=');
  if (at < 1)
    throw new InvalidArgumentError("Expected a pattern of tensor names and numbers, as 'blocks.0.*=0.5,0.5'.");
  const earlier = Array.isArray(before) ? before : [];
  return [...earlier, { tensors: text.slice(0, at), shares: numbers(text.slice(at + 1)) }];
}
