import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { openCheckpoint } from '@stockpot/engine/checkpoints';
import {
  type ExportExamples,
  type ExportRecord,
  examplesOfFolder,
  examplesOfRun,
  exportNetwork,
  type FilePrecision,
  loadForExport,
} from '@stockpot/engine/export';
import { defaultHome } from '@stockpot/engine/process';
import type { DatasetFormatName } from '@stockpot/engine/recipe';
import { UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';
import { progressLine } from '../soup/progress-line.js';
import { factsOf, modelOf, type NamedModel } from './model-of.js';

export interface NetworkArguments {
  readonly output: string;
  readonly precision?: FilePrecision;
  readonly preprocessing?: 'config' | 'graph';
  readonly recipe?: string;
  readonly benchmark?: string;
  readonly data?: string;
  readonly dataFormat?: DatasetFormatName;
  readonly split?: string;
  readonly calibrate?: string;
  readonly ranges?: 'min-max' | 'percentile';
  readonly percentile?: number;
  readonly keep?: readonly string[];
  readonly reduceRange?: boolean;
  readonly tolerance?: number;
  readonly name?: string;
  readonly license?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

/** Examples that ranges are measured on, where nobody says how many. */
const CALIBRATION_EXAMPLES = 256;
const TOLERANCE = 0.01;
const PERCENTILE = 99.99;

/** Writes a model as an .onnx file for use, measured against the model before it gets its name. */
export async function exportNetworkFile(
  first: string,
  model: string | undefined,
  options: NetworkArguments,
  version: string,
): Promise<void> {
  const { precision = 'f32', threads = availableParallelism() } = options;
  const interrupt = onInterrupt(() => process.stderr.write('Stopping: nothing is left behind.\n'));
  const line = progressLine(process.stderr);
  try {
    const named = await modelOf(first, model, options);
    const { metadata, subject, classes } = await load(named.path, options.preprocessing === 'graph');
    const headless = !subject.tensors.has('head.weight');
    const { many } = subject.unit;
    await using examples =
      headless && options.benchmark === undefined && options.data === undefined
        ? null
        : await measuredOn(named, options, many);
    await using calibrated = precision === 'int8-static' ? await calibratedOn(named, options, many) : null;
    const { ranges = 'percentile', percentile = PERCENTILE } = options;
    const record = await exportNetwork(
      {
        subject,
        classes,
        facts: await factsOf(named, metadata, options),
        output: options.output,
        precision,
        keep: options.keep ?? [],
        reduceRange: options.reduceRange ?? false,
        examples,
        calibration:
          calibrated === null
            ? null
            : {
                examples: calibrated.examples,
                most: calibrated.most,
                rule: ranges === 'min-max' ? { rule: 'min-max' } : { rule: 'percentile', share: percentile / 100 },
              },
        tolerance: options.tolerance ?? TOLERANCE,
        version,
      },
      { threads, signal: interrupt.signal, onProgress: line.show },
    );
    line.end();
    process.stdout.write(
      options.json === true ? `${JSON.stringify(record, null, 2)}\n` : report(record, options.output, subject.unit),
    );
  } finally {
    line.end();
    interrupt.dispose();
  }
}

async function load(path: string, pixels: boolean) {
  await using reader = await openCheckpoint(path);
  return { ...(await loadForExport(reader, pixels)), metadata: reader.metadata };
}

/** What the file's accuracy is measured on: a benchmark of the recipe, or a folder; null where nothing was named. */
async function measuredOn(
  { run }: NamedModel,
  options: NetworkArguments,
  many: string,
): Promise<ExportExamples | null> {
  const { data, benchmark, split, dataFormat } = options;
  if (run === null) {
    if (benchmark !== undefined) {
      throw new UsageError('--benchmark is for models of a cooked folder.', `Name a folder of ${many} with --data.`);
    }
    if (data === undefined) return null;
    return await examplesOfFolder(data, {
      ...(split === undefined ? {} : part(split)),
      ...(dataFormat === undefined ? {} : { format: dataFormat }),
      ...kept(),
    });
  }
  if (data !== undefined) {
    throw new UsageError(
      '--data is for checkpoints; a cooked model is asked about the benchmarks of its recipe.',
      'Leave it out, or say which benchmark with --benchmark.',
    );
  }
  const name = benchmark ?? run.record.report[0];
  return name === undefined ? null : await examplesOfRun(run, name);
}

interface Calibrated extends AsyncDisposable {
  readonly examples: ExportExamples;
  readonly most: number;
}

/** What ranges are measured on: by default examples that models were chosen on, never those that the file is judged by. */
async function calibratedOn({ run }: NamedModel, options: NetworkArguments, many: string): Promise<Calibrated> {
  const { data, calibrate, dataFormat } = options;
  const { split, count = CALIBRATION_EXAMPLES } = part(calibrate ?? run?.record.selection[0] ?? 'train');
  if (run === null && data === undefined) {
    throw new UsageError(
      `int8-static measures the ranges of the network on ${many}, and no data were named.`,
      'Name a folder with --data, or take --precision int8-dynamic, which needs none.',
    );
  }
  const judged = run === null ? (options.split ?? 'test').split(':')[0] : (options.benchmark ?? run.record.report[0]);
  if (split === judged) {
    throw new UsageError(
      `The file would be judged by the ${many} of '${split}' that it was calibrated on.`,
      'Calibrate on others with --calibrate.',
    );
  }
  const examples =
    run === null
      ? await examplesOfFolder(data ?? '', {
          split,
          count,
          ...(dataFormat === undefined ? {} : { format: dataFormat }),
          ...kept(),
        })
      : await examplesOfRun(run, split);
  return { examples, most: count, [Symbol.asyncDispose]: () => examples[Symbol.asyncDispose]() };
}

/** Where registered data are remembered: in the home, if there is one; an export makes none. */
function kept(): { readonly home?: string } {
  const home = defaultHome();
  return existsSync(home) ? { home } : {};
}

/** 'train' or 'train:500'. */
function part(text: string): { readonly split: string; readonly count?: number } {
  const [split = '', count, ...more] = text.split(':');
  if (count === undefined) return { split };
  const number = Number(count);
  if (more.length > 0 || !Number.isInteger(number) || number < 1) {
    throw new UsageError(`'${text}' names no examples.`, "Name a set of them, all or so many: 'train', 'train:500'.");
  }
  return { split, count: number };
}

function report(
  record: ExportRecord,
  output: string,
  { one, many }: { readonly one: string; readonly many: string },
): string {
  const { name, precision, file, original, speed, comparison, input } = record;
  const percent = (share: number) => (100 * share).toFixed(2);
  const lines = [
    `Exported ${printable(name)} as ${precision}: ${output}/${file.name}  ${size(file.bytes)}  sha256 ${file.sha256}`,
    `  input ${'image' in input ? `${input.name} [${input.batch ?? 'batch'}, ${input.image.join(', ')}]` : `${input.names.join(', ')} [batch, sequence]`}, output ${record.output.name} [${input.batch ?? 'batch'}, ${record.output.width}]`,
  ];
  if (comparison === null) {
    lines.push(
      record.output.name === 'features'
        ? '  It gives features: without a head there is no accuracy to measure.'
        : `  Its accuracy was not measured: name ${many} with --data, or a model of a cooked folder.`,
    );
  } else {
    const { original: before, exported: after, difference, agreement, n } = comparison;
    lines.push(
      `  the model  top-1 ${percent(before.top1)} % [${percent(before.low)}, ${percent(before.high)}]  NLL ${before.nll.toFixed(4)}  ECE ${before.ece.toFixed(4)}`,
      `  this file  top-1 ${percent(after.top1)} % [${percent(after.low)}, ${percent(after.high)}]  NLL ${after.nll.toFixed(4)}  ECE ${after.ece.toFixed(4)}`,
      `  difference ${percent(difference.top1)} points [${percent(difference.low)}, ${percent(difference.high)}], the same class for ${percent(agreement)} % of ${whole(n)} ${many}: ${printable(comparison.examples)}`,
    );
  }
  const rate = (value: number | null) => (value === null ? '' : `, ${whole(Math.round(value))} ${many} a second`);
  lines.push(
    `  f32        ${size(original.bytes)}, one ${one} ${original.speed.one.toFixed(2)} ms${rate(original.speed.perSecond)}`,
    `  this file  ${size(file.bytes)}, one ${one} ${speed.one.toFixed(2)} ms${rate(speed.perSecond)}, ${speed.threads} threads`,
    `The model card is ${output}/README.md.`,
    '',
  );
  return lines.join('\n');
}
