import { deviceWords } from '@stockpot/engine/process';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cookCommand } from './commands/cook.js';
import { devicesCommand } from './commands/devices.js';
import { inspectCommand } from './commands/inspect.js';
import { planCommand } from './commands/plan.js';
import { validateCommand } from './commands/validate.js';

/** The command line: what can be said, with examples. */
export function createProgram(version: string): Command {
  const program = new Command('stockpot')
    .description('Cooks model soups on this machine, with no server.')
    .version(version)
    .showHelpAfterError('(stockpot --help shows what can be done)')
    .addHelpText(
      'after',
      `
Examples:
  $ stockpot cook examples/recipes/mnist.yaml     fine-tune, mix and judge; about two minutes
  $ stockpot cook mnist.yaml --json > board.json  the same for a script
  $ stockpot plan mnist.yaml                      the steps that would be run
  $ stockpot validate mnist.yaml                  what is wrong with a recipe, and where
  $ stockpot devices                              what networks can run on here
  $ stockpot inspect checkpoint.safetensors       what a checkpoint holds`,
    );

  program
    .command('cook')
    .description('Cook a recipe: run its steps, reuse what is done already, print the leaderboard.')
    .argument('<recipe>', 'a YAML or JSON file')
    .option('-c, --concurrency <n>', 'steps at a time; default: the number of processors', wholeNumber)
    .addOption(
      new Option('--device <name>', "what networks run on; 'auto' takes the best that works").choices(deviceWords),
    )
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
    .command('plan')
    .description('Print the steps that a recipe compiles to.')
    .argument('<recipe>', 'a YAML or JSON file')
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
    .description('Print what a safetensors file holds. Nothing in it is executed.')
    .argument('<file>', 'a .safetensors file')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  $ stockpot inspect checkpoint.safetensors --json')
    .action(inspectCommand);

  return program;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 1024) {
    throw new InvalidArgumentError('Expected a whole number from 1 to 1024.');
  }
  return value;
}
