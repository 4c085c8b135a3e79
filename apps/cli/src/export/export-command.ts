import { PRECISIONS_OF_FILES } from '@stockpot/engine/export';
import { FORMAT_NAMES } from '@stockpot/engine/models';
import { DATASET_FORMATS } from '@stockpot/engine/recipe';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../failure.js';
import { number, wholeNumber } from '../option-values.js';
import { type ExportArguments, exportCheckpointFile, TEXT_FORMAT } from './export-checkpoint.js';
import { exportNetworkFile, type NetworkArguments } from './export-network.js';
import { modelOf } from './model-of.js';

const ONNX_FORMAT = 'onnx';

type Arguments = Omit<ExportArguments, 'format'> &
  NetworkArguments & { readonly format?: ExportArguments['format'] | typeof ONNX_FORMAT };

/** What means nothing for the files of other libraries. */
const ofNetworks = [
  ...['precision', 'preprocessing', 'benchmark', 'data', 'dataFormat', 'split', 'calibrate', 'ranges', 'percentile'],
  ...['keep', 'reduceRange', 'tolerance', 'name', 'license', 'threads', 'json'],
];

/** `stockpot export`: checkpoints for other libraries, and networks for use. */
export function exportCommand(version: string): Command {
  return new Command('export')
    .description(
      'Write a model as another library reads it (by default as the one that it came in), or with --format onnx as a network for use, with its accuracy measured.',
    )
    .argument('<checkpoint>', 'a checkpoint of Stockpot, or a folder that stockpot cook kept results in')
    .argument('[model]', 'of a folder that was cooked in: the name of a model')
    .requiredOption('-o, --output <dir>', 'folder to write to')
    .addOption(
      new Option('--format <name>', 'the format to write').choices([...FORMAT_NAMES, TEXT_FORMAT, ONNX_FORMAT]),
    )
    .addOption(
      new Option('--dtype <type>', "'stored' gives tensors that came in as f16 or bf16 back as such").choices([
        'f32',
        'stored',
      ]),
    )
    .option('--recipe <name>', 'of a folder that several recipes were cooked in')
    .optionsGroup('With --format onnx:')
    .addOption(new Option('--precision <name>', 'what its numbers are; default: f32').choices(PRECISIONS_OF_FILES))
    .addOption(
      new Option(
        '--preprocessing <where>',
        "'graph': the file takes pixels from 0 to 255 and normalises them itself; default: config",
      ).choices(['config', 'graph']),
    )
    .option(
      '--data <dir>',
      'examples that the accuracy is measured on; a cooked model has the benchmarks of its recipe',
    )
    .addOption(new Option('--data-format <name>', 'how they lie in the folder').choices(DATASET_FORMATS))
    .option('--split <examples>', "which of them: 'test' (the default), 'val:1000'")
    .option('--benchmark <name>', 'of the recipe; default: the first of its report')
    .option(
      '--calibrate <examples>',
      "int8-static: what ranges are measured on, 'train:256'; of a cooked model a benchmark, by default that of selection",
    )
    .addOption(
      new Option('--ranges <rule>', 'int8-static: how a range follows; default: percentile').choices([
        'min-max',
        'percentile',
      ]),
    )
    .option('--percentile <number>', 'int8-static: how much of the numbers a range holds; default: 99.99', percentile)
    .option('--keep <pattern...>', "eight bits: names of weights that stay in f32, as 'head.*'")
    .option('--reduce-range', 'eight bits: weights of seven bits, for processors without VNNI')
    .option('--tolerance <share>', 'how much top-1 accuracy it may lose; default: 0.01, one point', share)
    .option('--name <text>', 'of the model on its card')
    .option('--license <id>', 'on its card, such as apache-2.0')
    .option('--threads <n>', 'default: all', wholeNumber)
    .option('--json', 'print what was measured as JSON')
    .addHelpText(
      'after',
      `
A file that loses more accuracy than --tolerance is not written. export.json and the model card (README.md)
have the accuracy of the file beside the model's, sizes and times.

Examples:
  $ stockpot export soup.safetensors --format huggingface-vit -o exported
  $ stockpot export soup.safetensors --format onnx -o exported
  $ stockpot export .stockpot greedy --format onnx --precision int8-static -o greedy-int8
  $ stockpot export soup.safetensors --format onnx --precision int8-dynamic --data ./birds --split val -o birds-int8`,
    )
    .action(async (first: string, model: string | undefined, options: Arguments) => {
      const { format, ...rest } = options;
      if (format === ONNX_FORMAT) {
        if (rest.dtype !== undefined) {
          throw new UsageError('--dtype says nothing of an ONNX file.', 'Say --precision f32, f16 or one of int8.');
        }
        await exportNetworkFile(first, model, rest, version);
        return;
      }
      const strange = ofNetworks.find((name) => Object.hasOwn(rest, name));
      if (strange !== undefined) {
        const option = strange.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        throw new UsageError(`--${option} says something of an ONNX file only.`, 'Add --format onnx, or leave it out.');
      }
      const { path } = await modelOf(first, model, rest);
      await exportCheckpointFile(path, { ...rest, ...(format === undefined ? {} : { format }) });
    });
}

function percentile(text: string): number {
  const value = number(text);
  if (value <= 0 || value > 100) throw new InvalidArgumentError('Expected a number above 0, up to 100.');
  return value;
}

function share(text: string): number {
  const value = number(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('Expected a share from 0 to 1, such as 0.01.');
  return value;
}
