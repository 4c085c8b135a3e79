import { resolve } from 'node:path';
import { chooseDevice, type DeviceWord, defaultHome, deviceWords } from '@stockpot/engine/process';
import { DATASET_FORMATS, type DatasetFormatName } from '@stockpot/engine/recipe';
import { type Command, Option } from 'commander';
import { natural } from '../option-values.js';

/** What every command is told that looks at data. */
export interface DataArguments {
  readonly data: string;
  readonly format: DatasetFormatName;
  readonly selection: string;
  readonly seed: number;
  readonly home?: string;
  readonly device: DeviceWord;
}

/** Says on a command where data lie, which of them are looked at, and what networks run on. */
export function withDataOptions(command: Command, examples: string): Command {
  return command
    .requiredOption('--data <dir>', 'folder of data')
    .addOption(
      new Option('--format <name>', "how the data lie in it; 'auto' finds out")
        .choices(DATASET_FORMATS)
        .default('auto'),
    )
    .requiredOption('--selection <examples>', `${examples}: 'val', 'train:1000' (so many) or 'train:10%'`)
    .addOption(
      new Option('--seed <n>', 'of the draw of the examples, and of what is drawn else').argParser(natural).default(0),
    )
    .addOption(
      new Option('--device <name>', "what networks run on; 'auto' takes the best that works")
        .choices(deviceWords)
        .default('cpu'),
    )
    .option('--home <dir>', 'where scores and registered data are kept; default: $STOCKPOT_HOME, else .stockpot');
}

/** Where and on what it runs. */
export async function placeOf({ home, device }: DataArguments) {
  const chosen = await chooseDevice(device);
  return { home: home === undefined ? defaultHome() : resolve(home), device: chosen.device };
}
