import {
  type DataMethodName,
  dataMethods,
  isDataMethod,
  type MethodEntry,
  mixingMethods,
} from '@stockpot/engine/soups';
import { Command } from 'commander';
import { gigabytes, natural } from '../option-values.js';
import { cookDataFiles, type DataSoupArguments } from './cook-data-files.js';
import { cookFiles, type SoupArguments } from './cook-files.js';
import { withDataOptions } from './data-options.js';
import { optionOf } from './options.js';

/** `stockpot soup METHOD …`, one command a row of the tables of methods. */
export function soupCommand(): Command {
  const examples = [...Object.values(mixingMethods), ...Object.values(dataMethods)].map(({ example }) => example);
  const soup = new Command('soup')
    .description('Mix checkpoints into one, on files, with no recipe. Each soup carries a certificate.')
    .addHelpText(
      'after',
      `\nExamples:\n${examples.map((example) => `  $ stockpot soup ${example}`).join('\n')}\n\nstockpot soup METHOD --help shows a method's formula, its source and all that it can be told.`,
    );
  for (const [name, entry] of Object.entries(mixingMethods)) soup.addCommand(mixingCommand(name, entry));
  for (const name of Object.keys(dataMethods)) if (isDataMethod(name)) soup.addCommand(dataCommand(name));
  return soup;
}

function methodCommand(
  name: string,
  { title, formula, source, example }: Pick<MethodEntry, 'title' | 'formula' | 'source' | 'example'>,
) {
  return new Command(name)
    .description(`${title}: ${formula}.`)
    .summary(title)
    .argument('<ingredients...>', 'safetensors files, indexes of shards, or folders with either')
    .requiredOption('-o, --output <path>', 'a .safetensors file, or a folder to write shards to')
    .addHelpText('after', `\nSource: ${source}\n\nExample:\n  $ stockpot soup ${example}`);
}

function mixingCommand(name: string, entry: MethodEntry): Command {
  const command = methodCommand(name, entry);
  if (entry.needsBase) command.requiredOption('--base <path>', 'the stock that the ingredients were fine-tuned from');
  for (const option of entry.options) command.addOption(optionOf(option));
  if (entry.random === true) command.option('--seed <n>', 'of the random numbers; default: 0', natural);
  return withOutputOptions(command).action((ingredients: readonly string[], options: SoupArguments) =>
    cookFiles(name, entry, ingredients, options),
  );
}

function dataCommand(name: DataMethodName): Command {
  const entry = dataMethods[name];
  const command = withDataOptions(
    methodCommand(name, entry),
    'the examples that it is chosen on, which are then spent',
  );
  command.option('--model <file>', 'config.json of the model, where the ingredients do not say which they are');
  for (const option of entry.options) command.addOption(optionOf(option));
  return withOutputOptions(command).action((ingredients: readonly string[], options: DataSoupArguments) =>
    cookDataFiles(name, ingredients, options),
  );
}

function withOutputOptions(command: Command): Command {
  return command
    .option('--shard <gigabytes>', 'size of a weight file at most, where a folder is written; default: 5', gigabytes)
    .option('--json', 'print the certificate as JSON');
}
