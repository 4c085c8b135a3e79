import { existsSync } from 'node:fs';
import { type MethodEntry, type SoupCertificate, type SoupOrder, writeSoup } from '@stockpot/engine/soups';
import { UsageError } from '../failure.js';
import { onInterrupt } from '../interrupt.js';
import { printable } from '../printable.js';
import { size, whole } from '../progress/format.js';

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
  if (output.endsWith('.safetensors') ? existsSync(output) : existsSync(`${output}/model.safetensors`)) {
    throw new UsageError(`${output} is there already.`, 'Choose another name with -o, or remove it.');
  }
  const told = entry.options.flatMap(({ name }) => (options[name] === undefined ? [] : [[name, options[name]]]));
  const order: SoupOrder = {
    method,
    parameters: JSON.parse(JSON.stringify(Object.fromEntries(told))),
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
      json === true ? `${JSON.stringify(certificate, null, 2)}\n` : report(entry, output, certificate),
    );
  } finally {
    interrupt.dispose();
  }
}

function report({ title }: MethodEntry, output: string, certificate: SoupCertificate): string {
  const { ingredients, base, coefficients, tensors, notes, seed } = certificate;
  const inputs = base === null ? ingredients : [...ingredients, base];
  const bytes = Object.values(tensors).reduce((sum, tensor) => sum + tensor.bytes, 0);
  const lines = inputs.map(({ name, content }, index) => {
    const share = coefficients === null ? '' : `  × ${Number(coefficients[index]?.toPrecision(6))}`;
    return `  ${printable(name)}${index === ingredients.length ? ' (stock)' : ''}${share}  sha256 ${content.slice(0, 12)}…`;
  });
  const drawn = seed === null ? '' : `, seed ${seed}`;
  return [
    `${title} of ${whole(ingredients.length)}${drawn}:`,
    ...lines,
    `${output}: ${whole(Object.keys(tensors).length)} tensors, ${size(bytes)}, with its certificate. Check it with stockpot verify ${output}`,
    ...notes.map((note) => `Note: ${note}`),
    '',
  ].join('\n');
}
