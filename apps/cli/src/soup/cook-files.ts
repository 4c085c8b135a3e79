import { type MethodEntry, type SoupOrder, writeSoup } from '@stockpot/engine/soups';
import { onInterrupt } from '../interrupt.js';
import { parametersIn } from './options.js';
import { assertFree } from './output.js';
import { report } from './report.js';

export interface SoupArguments {
  readonly output: string;
  readonly base?: string;
  readonly seed?: number;
  readonly shard?: number;
  readonly json?: boolean;
  /** The method's own, by its table. */
  readonly [parameter: string]: unknown;
}

/** Cooks a soup of files. Nothing appears under the output's name unless it is whole. */
export async function cookFiles(
  method: string,
  entry: MethodEntry,
  ingredients: readonly string[],
  options: SoupArguments,
): Promise<void> {
  const { output, base, seed, shard, json } = options;
  assertFree(output);
  const order: SoupOrder = {
    method,
    parameters: parametersIn(entry.options, options),
    ingredients,
    output,
    ...(base === undefined ? {} : { base }),
    ...(seed === undefined ? {} : { seed }),
  };
  const interrupt = onInterrupt(() => process.stderr.write('Stopping: nothing is left behind.\n'));
  try {
    const certificate = await writeSoup(order, {
      signal: interrupt.signal,
      ...(shard === undefined ? {} : { maxShardBytes: shard * 1e9 }),
    });
    process.stdout.write(
      json === true ? `${JSON.stringify(certificate, null, 2)}\n` : report(entry.title, output, certificate),
    );
  } finally {
    interrupt.dispose();
  }
}
