import { join } from 'node:path';
import { storedBytes } from '../../checkpoints/storage.js';
import {
  CERTIFICATE_KEY,
  type CertifiedChoice,
  type CertifiedMeasurement,
  effectiveCoefficients,
  readCertificate,
  type SoupCertificate,
} from '../certificate.js';
import { SoupError } from '../errors.js';
import { assertPatternsFit } from '../methods/by-pattern.js';
import { certifyInputs, notesOf } from './certify-inputs.js';
import { type OpenIngredients, openIngredients } from './ingredients.js';
import { type MixOptions, type MixOrder, measuredOf, mixTensors, NO_HASH, resolveOrder } from './mix-tensors.js';
import { mixtureShares } from './mixture-shares.js';
import { OutputFiles } from './output-files.js';
import { openRunningSums, type RunningSumsOptions } from './running-sums.js';
import { tiedWeights } from './tied-weights.js';
import { workforceFor } from './workforce.js';

export interface SoupOrder extends MixOrder {
  /** A file if it ends in .safetensors, else a folder, where large soups are written in shards. */
  readonly output: string;
}

export interface SoupOptions extends MixOptions {
  readonly maxShardBytes?: number;
  /** By what the ingredients, or their coefficients, were chosen: for the certificate. */
  readonly chosen?: CertifiedChoice;
  /** What is said of the soup beside what its ingredients say, and what it was measured by. */
  readonly described?: { readonly metadata: Readonly<Record<string, string>>; readonly measured: CertifiedMeasurement };
  /** Keeps the sums of a uniform soup in a file, by which one more ingredient costs one reading of it. */
  readonly runningSums?: RunningSumsOptions;
  /** False leaves it to the operating system when the bytes reach the disk. Default: true. */
  readonly durable?: boolean;
  /**
   * 'with it' (default): the certificate lies in the file's metadata and beside it. 'apart': it is only returned, and the file
   * is the one that every soup of the same weights is, byte for byte.
   */
  readonly certificate?: 'with it' | 'apart';
  /** Certificates that lie apart from soups among the inputs, to take those apart by. */
  readonly certificates?: readonly SoupCertificate[];
}

/**
 * Mixes checkpoints into one, tensor by tensor, and writes it with its certificate: whole or not at all. Memory does not
 * grow with the number of ingredients nor, for linear methods, with their size.
 *
 * @returns the certificate, which also lies in the file's metadata and beside it as JSON, unless it is asked for apart
 * @throws SoupError for numbers that are not finite, integers that differ, parameters that do not fit; CheckpointError for
 *   an ingredient that is missing, damaged or another model; CancelledError
 */
export async function writeSoup(order: SoupOrder, options: SoupOptions = {}): Promise<SoupCertificate> {
  const { method, parameters, mix, seed } = resolveOrder(order);
  if (options.runningSums !== undefined && order.method !== 'uniform') {
    throw new SoupError(`${method.title} keeps no running sums.`, 'Keep them of a uniform soup.');
  }
  await using inputs = await openIngredients(order.ingredients, order.base ?? null, order.names);
  assertPatternsFit(parameters, [...inputs.types.keys()]);
  // Sums are kept of every name: what is tied today need not be with the next ingredient. Means of equals are equal anyway.
  const tied =
    options.runningSums === undefined ? await tiedWeights(inputs.all, inputs.types) : new Map<string, string>();
  const workforce = options.workforce ?? (await workforceFor(inputs, mix, options.threads));
  try {
    const certified = await certifyInputs(inputs, workforce, options);
    await using measured = await measuredOf(order, mix, certified);
    const statistics = measured === null ? [] : await certifyInputs(measured, workforce, options);
    const known = certified.map(
      ({ content }, index) =>
        readCertificate(inputs.all[index]?.metadata ?? new Map()) ??
        options.certificates?.find((certificate) => certificate.content === content) ??
        null,
    );
    const nominal = method.nominal(parameters, inputs.members.length);
    const counts = mixtureShares(mix, inputs, nominal);
    const [stock] = inputs.base === null ? [] : certified.slice(-1);
    const draft: SoupCertificate = {
      certificate: 'stockpot soup 1',
      method: order.method,
      parameters,
      seed: method.random === true ? seed : null,
      ingredients: certified.slice(0, inputs.members.length),
      base: stock ?? null,
      ...counts,
      effective: counts.mixing === 'linear' ? effectiveCoefficients(counts.coefficients, certified, known) : null,
      tensors: Object.fromEntries(
        [...inputs.types].map(([name, type]) => [name, { sha256: NO_HASH, bytes: storedBytes(type) }]),
      ),
      tied: Object.fromEntries(tied),
      ...(options.chosen === undefined ? {} : { chosen: options.chosen }),
      ...(statistics.length === 0 ? {} : { statistics: [...statistics] }),
      ...(options.described === undefined ? {} : { measured: options.described.measured }),
      notes: notesOf(inputs, known, options.described !== undefined),
    };
    const types = inputs.types;
    const durable = options.durable ?? true;
    const apart = options.certificate === 'apart';
    const metadata = (certificate: SoupCertificate) =>
      new Map([
        ...metadataOf(inputs, apart ? null : certificate),
        ...Object.entries(options.described?.metadata ?? {}),
      ]);
    await using files = await OutputFiles.open(order.output, types, metadata(draft), {
      maxShardBytes: options.maxShardBytes ?? 5_000_000_000,
      durable,
    });
    await using running =
      options.runningSums === undefined ? null : await openRunningSums(options.runningSums, inputs, certified);
    const { tensors, found } = await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured, places: files.places, running },
      workforce,
      options,
    );
    const certificate = {
      ...draft,
      ...(mix.weighs === true ? mixtureShares(mix, inputs, nominal, found) : {}),
      tensors,
    };
    const beside = order.output.endsWith('.safetensors')
      ? order.output.replace(/\.safetensors$/, '.certificate.json')
      : join(order.output, 'certificate.json');
    const text = `${JSON.stringify(certificate, null, 2)}\n`;
    await files.finish(metadata(certificate), apart ? [] : [{ path: beside, text }]);
    await running?.finish();
    return certificate;
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}

/** Whatever certificates the inputs have, they are not the soup's. */
function metadataOf({ metadata }: OpenIngredients, certificate: SoupCertificate | null): ReadonlyMap<string, string> {
  const others = [...metadata].filter(([key]) => key !== CERTIFICATE_KEY);
  return new Map(certificate === null ? others : [...others, [CERTIFICATE_KEY, JSON.stringify(certificate)]]);
}
