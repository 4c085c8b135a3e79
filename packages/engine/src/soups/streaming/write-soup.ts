import { join } from 'node:path';
import { storedBytes } from '../../checkpoints/storage.js';
import { writeFileAtomically } from '../../checkpoints/write-checkpoint.js';
import type { JsonObject } from '../../json.js';
import {
  CERTIFICATE_KEY,
  type CertifiedChoice,
  type CertifiedInput,
  type CertifiedMeasurement,
  effectiveCoefficients,
  readCertificate,
  type SoupCertificate,
} from '../certificate.js';
import { SoupError } from '../errors.js';
import { mixingMethods } from '../methods/index.js';
import { methodNamed } from '../methods/method-named.js';
import type { TensorMix } from '../mixing.js';
import { certifyInputs, notesOf } from './certify-inputs.js';
import { findCuts } from './find-cuts.js';
import { type OpenIngredients, openIngredients } from './ingredients.js';
import type { Place, SoupJob, TensorJob } from './job.js';
import { type MeasuredFiles, openMeasured } from './measured-files.js';
import { mixtureShares } from './mixture-shares.js';
import { openSources } from './open-sources.js';
import { OutputFiles } from './output-files.js';
import { openRunningSums, type RunningSums, type RunningSumsOptions } from './running-sums.js';
import type { Workforce } from './threads.js';
import { tiedWeights } from './tied-weights.js';
import { workforceFor } from './workforce.js';

const NO_HASH = '0'.repeat(64);
export interface SoupOrder {
  /** Name of a row of `mixingMethods`, and its parameters. */
  readonly method: string;
  readonly parameters?: JsonObject;
  /** Files, indexes of shards, or folders with either; one that is listed twice counts twice. */
  readonly ingredients: readonly string[];
  readonly base?: string | null;
  /** A file if it ends in .safetensors, else a folder, where large soups are written in shards. */
  readonly output: string;
  /** Of the random numbers of a method that draws some; default: 0. */
  readonly seed?: number;
  /** Files with what was measured of each ingredient, for a method that mixes by that. */
  readonly measured?: readonly string[];
  /** What the ingredients, and then the stock, are called in errors and in the certificate; left out, by their paths. */
  readonly names?: readonly string[];
}

export interface SoupOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Threads that are there already; without them, as many as pay are started for this soup. */
  readonly workforce?: Workforce;
  /** SHA-256 of files, by their absolute path, where they are known: a file that is named by its hash need not be read for it. */
  readonly hashes?: ReadonlyMap<string, string>;
  readonly maxShardBytes?: number;
  /** By what the ingredients, or their coefficients, were chosen: for the certificate. */
  readonly chosen?: CertifiedChoice;
  /** What is said of the soup beside what its ingredients say, and what it was measured by. */
  readonly described?: { readonly metadata: Readonly<Record<string, string>>; readonly measured: CertifiedMeasurement };
  /** Keeps the sums of a uniform soup in a file, by which one more ingredient costs one reading of it. */
  readonly runningSums?: RunningSumsOptions;
  /** False leaves it to the operating system when the bytes reach the disk. Default: true. */
  readonly durable?: boolean;
  /** Threads at most, where they are started for this soup; left out, those of the machine. */
  readonly threads?: number;
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
    const counts = mixtureShares(mix, inputs, method.nominal(parameters, inputs.members.length));
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
    const tensors = await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured, places: files.places, running },
      workforce,
      options,
    );
    const certificate = { ...draft, tensors };
    await files.finish(metadata(certificate));
    await running?.finish();
    if (apart) return certificate;
    const beside = order.output.endsWith('.safetensors')
      ? order.output.replace(/\.safetensors$/, '.certificate.json')
      : join(order.output, 'certificate.json');
    await writeFileAtomically(beside, Buffer.from(`${JSON.stringify(certificate, null, 2)}\n`));
    return certificate;
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}

/**
 * The hashes that the tensors of a soup have, without writing it.
 *
 * @throws as `writeSoup`
 */
export async function hashSoup(
  order: Omit<SoupOrder, 'output'>,
  options: SoupOptions = {},
): Promise<SoupCertificate['tensors']> {
  const { parameters, mix, seed } = resolveOrder(order);
  await using inputs = await openIngredients(order.ingredients, order.base ?? null);
  const tied = await tiedWeights(inputs.all, inputs.types);
  const workforce = options.workforce ?? (await workforceFor(inputs, mix, options.threads));
  try {
    const certified = mix.measured === undefined ? [] : await certifyInputs(inputs, workforce, options);
    await using measured = await measuredOf(order, mix, certified);
    return await mixTensors(
      { order, parameters, mix, seed, inputs, tied, measured, places: new Map(), running: null },
      workforce,
      options,
    );
  } finally {
    if (options.workforce === undefined) await workforce[Symbol.asyncDispose]();
  }
}

function resolveOrder({
  method: name,
  parameters: given = {},
  ingredients,
  base,
  seed = 0,
}: Omit<SoupOrder, 'output'>) {
  const method = methodNamed(name);
  if (method === undefined) {
    const known = Object.keys(mixingMethods).join(', ');
    throw new SoupError(`There is no method of mixing called '${name}'.`, `Methods are ${known}.`);
  }
  if (method.needsBase && (base ?? null) === null) {
    throw new SoupError(`${method.title} needs the stock of its ingredients.`, 'Name it with --base.');
  }
  if (!method.needsBase && (base ?? null) !== null) {
    throw new SoupError(`${method.title} has no use for a stock.`, 'Leave --base out, or choose another method.');
  }
  const parameters = method.complete(given);
  return { method, parameters, mix: method.bind(parameters, ingredients.length), seed };
}

/** The measurements that a method mixes by; null where it needs none. Throws SoupError where they are missing. */
async function measuredOf(
  { measured }: Omit<SoupOrder, 'output'>,
  { measured: kind }: TensorMix,
  ingredients: readonly CertifiedInput[],
): Promise<MeasuredFiles | null> {
  if (kind === undefined) return null;
  return openMeasured(measured ?? [], kind, ingredients);
}

interface Mixing {
  readonly order: Omit<SoupOrder, 'output'>;
  readonly parameters: JsonObject;
  readonly mix: TensorMix;
  readonly seed: number;
  readonly inputs: OpenIngredients;
  readonly tied: ReadonlyMap<string, string>;
  readonly measured: MeasuredFiles | null;
  readonly places: ReadonlyMap<string, Place>;
  readonly running: RunningSums | null;
}

async function mixTensors(
  { order, parameters, mix, seed, inputs, tied, measured, places, running }: Mixing,
  workforce: Workforce,
  { signal, onProgress }: SoupOptions,
): Promise<SoupCertificate['tensors']> {
  const aliases = new Map<string, string[]>();
  for (const [name, first] of tied) aliases.set(first, [...(aliases.get(first) ?? []), name]);
  await using sources = await openSources(inputs.all);
  const tensors: TensorJob[] = [...inputs.types]
    .filter(([name]) => !tied.has(name))
    .map(([name, { dtype, shape }]) => {
      const sums = running?.of(name);
      return {
        name,
        dtype,
        shape,
        sources: sources.of(name),
        targets: [name, ...(aliases.get(name) ?? [])].flatMap((target) => places.get(target) ?? []),
        ...(sums === undefined ? {} : { running: sums }),
        ...(measured === null ? {} : { measured: measured.of(name) }),
      };
    });
  const cuts = mix.keeps === undefined ? undefined : await findCuts(tensors, inputs.names, mix.keeps, signal);
  const job: SoupJob = {
    method: order.method,
    parameters,
    seed,
    names: inputs.names,
    hasBase: inputs.base !== null,
    ...(cuts === undefined ? {} : { cuts }),
    ...(measured === null ? {} : { measuredMeans: measured.means }),
    tensors,
    hashes: [],
  };
  const total = tensors.reduce((sum, tensor) => sum + storedBytes(tensor), 0);
  const hashes: Record<string, { sha256: string; bytes: number }> = {};
  let done = 0;
  await workforce.run(job, {
    ...(signal === undefined ? {} : { signal }),
    onResult({ task, sha256, bytes }) {
      const name = tensors[task.index]?.name ?? '';
      for (const target of [name, ...(aliases.get(name) ?? [])]) hashes[target] = { sha256, bytes };
      done += bytes;
      onProgress?.(done, total);
    },
  });
  return Object.fromEntries(
    [...inputs.types.keys()].sort().map((name) => [name, hashes[name] ?? { sha256: NO_HASH, bytes: 0 }]),
  );
}

/** Whatever certificates the inputs have, they are not the soup's. */
function metadataOf({ metadata }: OpenIngredients, certificate: SoupCertificate | null): ReadonlyMap<string, string> {
  const others = [...metadata].filter(([key]) => key !== CERTIFICATE_KEY);
  return new Map(certificate === null ? others : [...others, [CERTIFICATE_KEY, JSON.stringify(certificate)]]);
}
