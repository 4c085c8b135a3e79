import { availableParallelism } from 'node:os';
import { estimateStatistics, type SoupCertificate } from '@stockpot/engine/soups';
import { Command } from 'commander';
import { onInterrupt } from '../interrupt.js';
import { positive } from '../option-values.js';
import { whole } from '../progress/format.js';
import { type DataArguments, placeOf, withDataOptions } from './data-options.js';
import { assertFree } from './output.js';
import { progressLine } from './progress-line.js';

const EXAMPLE = 'batchnorm soup.safetensors --data DIR --selection train:200 --batch 50 -o ready.safetensors';

interface BatchNormArguments extends DataArguments {
  readonly output: string;
  readonly batch: number;
  readonly json?: boolean;
}

/** `stockpot batchnorm MODEL`: running statistics estimated again. */
export function batchNormCommand(): Command {
  const command = new Command('batchnorm')
    .description(
      'Estimate the running statistics of batch normalisation again for weights that were mixed: of networks that came as ONNX files. The weights stay as they are.',
    )
    .argument('<model>', 'a soup')
    .requiredOption('-o, --output <path>', 'a .safetensors file, or a folder')
    .option('--batch <n>', 'images whose statistics are taken together', positive, 100)
    .addHelpText(
      'after',
      `\nSource: Izmailov et al., Averaging weights leads to wider optima, UAI 2018, arXiv:1803.05407; torch.optim.swa_utils.update_bn\n\nExample:\n  $ stockpot ${EXAMPLE}`,
    );
  return withDataOptions(command, 'training images, as many as are to be seen')
    .option('--json', 'print the certificate as JSON')
    .action(estimateAction);
}

async function estimateAction(model: string, options: BatchNormArguments): Promise<void> {
  const { output, data, format, selection, seed, batch, json } = options;
  assertFree(output);
  const place = await placeOf(options);
  const interrupt = onInterrupt(() => process.stderr.write('Stopping: nothing is left behind.\n'));
  const line = progressLine(process.stderr);
  try {
    const certificate = await estimateStatistics(
      { model, output, data, format, examples: selection, seed, batch },
      { ...place, threads: availableParallelism(), signal: interrupt.signal, onProgress: line.show },
    );
    line.end();
    process.stdout.write(json === true ? `${JSON.stringify(certificate, null, 2)}\n` : report(certificate, output));
  } finally {
    line.end();
    interrupt.dispose();
  }
}

function report({ measured }: SoupCertificate, output: string): string {
  const { statistics, examples, batch } = measured ?? { statistics: [], examples: { n: 0, from: '' }, batch: 0 };
  const batches = Math.floor(examples.n / batch);
  return [
    `${whole(statistics.length)} running statistics, each the mean of ${whole(batches)} batches of ${whole(batch)} images (${examples.from}).`,
    `${output}: with its certificate. Check it with stockpot verify ${output}`,
    '',
  ].join('\n');
}
