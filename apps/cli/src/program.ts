import { FORMAT_NAMES } from '@stockpot/engine/models';
import { deviceWords } from '@stockpot/engine/process';
import { Command, Option } from 'commander';
import { analyseCommand } from './analyse/analyse-command.js';
import { speakAsTheHouse } from './command-line-errors.js';
import { compareCommand } from './commands/compare.js';
import { cookCommand } from './commands/cook.js';
import { devicesCommand } from './commands/devices.js';
import { importCommand } from './commands/import.js';
import { inspectCommand } from './commands/inspect.js';
import { leaderboardCommand } from './commands/leaderboard.js';
import { planCommand } from './commands/plan.js';
import { validateCommand } from './commands/validate.js';
import { verifyCommand } from './commands/verify.js';
import { exportCommand } from './export/export-command.js';
import { mebibytes, numbers, precision, side, wholeNumber } from './option-values.js';
import { alignCommand } from './soup/align-command.js';
import { batchNormCommand } from './soup/batchnorm-command.js';
import { soupCommand } from './soup/soup-command.js';

/** The command line: what can be said, with examples. */
export function createProgram(version: string): Command {
  const program = new Command('stockpot')
    .description('Cooks model soups on this machine, with no server.')
    .version(version)
    .addHelpText(
      'after',
      `
Examples:
  $ stockpot cook examples/recipes/mnist.yaml     fine-tune, mix and judge; about two minutes
  $ stockpot cook mnist.yaml --json > board.json  the same for a script
  $ stockpot leaderboard                          the table of what was cooked, without cooking again
  $ stockpot plan mnist.yaml                      the steps that would be run
  $ stockpot validate mnist.yaml                  what is wrong with a recipe, and where
  $ stockpot devices                              what networks can run on here
  $ stockpot import hf:owner/name -o stocks/name  bring a model in, from a hub or a folder
  $ stockpot inspect checkpoint.safetensors       what a checkpoint holds
  $ stockpot compare a.safetensors b.safetensors  whether two may be averaged
  $ stockpot soup uniform a.safetensors b.safetensors -o soup.safetensors
  $ stockpot soup greedy a.safetensors b.safetensors --data DIR --selection val -o soup.safetensors
  $ stockpot verify soup.safetensors              whether a soup is what its certificate says
  $ stockpot analyse why .stockpot greedy         why a greedy soup kept so few models`,
    );

  program
    .command('cook')
    .description('Cook a recipe: run its steps, reuse what is done already, print the leaderboard.')
    .argument('<recipe>', 'a YAML or JSON file')
    .option('-c, --concurrency <n>', 'steps at a time; default: the number of processors', wholeNumber)
    .addOption(
      new Option('--device <name>', "what networks run on; 'auto' takes the best that works").choices(deviceWords),
    )
    .addOption(precisionOption())
    .option('--memory <mb>', 'memory that one step may have; default: no limit', mebibytes)
    .option('--home <dir>', 'where results are kept; default: $STOCKPOT_HOME, else .stockpot')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      `
Ctrl-C stops it cleanly; cooking again goes on from there. A step is run once: add an
ingredient to the recipe, cook again, and only what is new is run.

Examples:
  $ stockpot cook examples/recipes/mnist.yaml
  $ stockpot cook examples/recipes/tiny.yaml --home /tmp/kitchen --concurrency 1`,
    )
    .action(cookCommand);

  program
    .command('leaderboard')
    .description(
      'Print the leaderboard of what was cooked, without cooking again; of a repeated recipe over its repeats.',
    )
    .argument('[home]', 'the folder that stockpot cook keeps its results in; default: $STOCKPOT_HOME, else .stockpot')
    .option('--recipe <name>', 'which, where several were cooked in the folder')
    .option('--every', 'of a repeated recipe the models of every repeat, each for itself')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot leaderboard .stockpot --recipe mnist')
    .action(leaderboardCommand);

  program
    .command('plan')
    .description('Print the steps that a recipe compiles to.')
    .argument('<recipe>', 'a YAML or JSON file')
    .addOption(precisionOption())
    .option('--json', 'print the whole plan as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot plan examples/recipes/mnist.yaml')
    .action(planCommand);

  program
    .command('validate')
    .description('Check a recipe; every mistake is told with its place and what to do.')
    .argument('<recipe>', 'a YAML or JSON file')
    .addHelpText('after', '\nExample:\n  $ stockpot validate examples/recipes/mnist.yaml')
    .action(validateCommand);

  program
    .command('devices')
    .description('Tell what networks can run on here, and what is missing for the rest.')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot devices')
    .action(devicesCommand);

  program
    .command('inspect')
    .description('Print what a checkpoint holds and which model it is. Nothing in it is executed.')
    .argument('<path>', 'a .safetensors file, an index of shards, or a folder with either')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot inspect checkpoint.safetensors --json')
    .action(inspectCommand);

  program
    .command('compare')
    .description('Say whether two checkpoints may be averaged, and each reason why not. Exit code 1 when they may not.')
    .argument('<first>', 'a checkpoint')
    .argument('<second>', 'another one')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot compare ft-00.safetensors ft-01.safetensors')
    .action(compareCommand);

  program.addCommand(soupCommand());
  program.addCommand(alignCommand());
  program.addCommand(batchNormCommand());

  program.addCommand(analyseCommand());

  program
    .command('verify')
    .description(
      'Hold a soup against its certificate; with its ingredients, also cook it again. Exit code 1 when they differ.',
    )
    .argument('<soup>', 'a soup, or the folder that stockpot cook keeps its results in')
    .argument(
      '[ingredients...]',
      'what it was made of, the stock included, in any order; of a folder the name of its soup',
    )
    .option(
      '--certificate <file>',
      'its certificate, where it lies apart: of a soup that a recipe cooked; repeated, then those of soups it was made of',
      (file: string, before: readonly string[] = []) => [...before, file],
    )
    .option('--recipe <name>', 'which, where several were cooked in the folder')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  $ stockpot verify soup.safetensors
  $ stockpot verify soup.safetensors A.safetensors B.safetensors
  $ stockpot verify .stockpot greedy`,
    )
    .action(verifyCommand);

  program
    .command('import')
    .description("Bring a checkpoint of another library into Stockpot's names, as the stock of a recipe.")
    .argument('<source>', 'a file or folder, an .onnx file, or hf:owner/name[@revision] for a model on a hub')
    .requiredOption('-o, --output <dir>', 'folder to write to')
    .addOption(
      new Option('--format <name>', 'read it as this format; default: as it is recognised').choices(FORMAT_NAMES),
    )
    .addOption(
      new Option('--pooling <name>', 'what a head reads, where its config does not say').choices([
        'cls',
        'mean',
        'cls+mean',
      ]),
    )
    .option('--image <pixels>', 'side of the images it will be used on; positions are resampled', side)
    .option('--heads <n>', 'attention heads, where no config says them', wholeNumber)
    .option('--mean <numbers>', "an ONNX file's means, one a channel, of pixels from 0 to 1", numbers)
    .option('--std <numbers>', "an ONNX file's standard deviations", numbers)
    .option('--features <name>', 'the output of an ONNX file that a head reads; default: the only one')
    .option('--endpoint <url>', 'address of the hub; default: $HF_ENDPOINT, else the public one')
    .option('--shard <gigabytes>', 'size of a weight file at most; default: 5', wholeNumber)
    .option('--json', 'print what was made as JSON')
    .addHelpText(
      'after',
      `
The revision is pinned: the commit that it stands for is written into the checkpoint. A token for
private models is read from $HF_TOKEN. A download that broke off goes on when it is run again.

Examples:
  $ stockpot import ./vit-base -o stocks/vit-base
  $ stockpot import hf:google/vit-base-patch16-224 -o stocks/vit-base
  $ stockpot import net.onnx -o stocks/net --mean 0.5,0.5,0.5 --std 0.25,0.25,0.25`,
    )
    .action(importCommand);

  program.addCommand(exportCommand(version));

  speakAsTheHouse(program);
  return program;
}

function precisionOption(): Option {
  const words = 'what every training computes its products in, in place of what the recipe says; the weights are f32';
  return new Option('--precision <name>', words).argParser(precision);
}
