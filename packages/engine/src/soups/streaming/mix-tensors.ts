/** @file What every way of mixing shares, wherever its tensors go: the order understood, and its tensors mixed. */
import { storedBytes } from '../../checkpoints/storage.js';
import type { JsonObject } from '../../json.js';
import type { CertifiedInput, SoupCertificate } from '../certificate.js';
import { SoupError } from '../errors.js';
import { mixingMethods } from '../methods/index.js';
import { methodNamed } from '../methods/method-named.js';
import type { TensorMix } from '../mixing.js';
import { findCuts } from './find-cuts.js';
import type { OpenIngredients } from './ingredients.js';
import type { SoupJob, Target, TensorJob } from './job.js';
import { type MeasuredFiles, openMeasured } from './measured-files.js';
import { openSources } from './open-sources.js';
import type { RunningSums } from './running-sums.js';
import type { Workforce } from './threads.js';

/** In the place of a hash that is not known yet. */
export const NO_HASH = '0'.repeat(64);

/** What is mixed, and how. */
export interface MixOrder {
  /** Name of a row of `mixingMethods`, and its parameters. */
  readonly method: string;
  readonly parameters?: JsonObject;
  /** Files, indexes of shards, or folders with either; one that is listed twice counts twice. */
  readonly ingredients: readonly string[];
  readonly base?: string | null;
  /** Of the random numbers of a method that draws some; default: 0. */
  readonly seed?: number;
  /** Files with what was measured of each ingredient, for a method that mixes by that. */
  readonly measured?: readonly string[];
  /** What the ingredients, and then the stock, are called in errors and in the certificate; left out, by their paths. */
  readonly names?: readonly string[];
}

export interface MixOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Threads that are there already; without them, as many as pay are started for this soup. */
  readonly workforce?: Workforce;
  /** SHA-256 of files, by their absolute path, where they are known: a file that is named by its hash need not be read for it. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** Threads at most, where they are started for this soup; left out, those of the machine. */
  readonly threads?: number;
}

/** Completes what was asked for. Throws SoupError for what cannot be done. */
export function resolveOrder({ method: name, parameters: given = {}, ingredients, base, seed = 0 }: MixOrder) {
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
export async function measuredOf(
  { measured }: MixOrder,
  { measured: kind }: TensorMix,
  ingredients: readonly CertifiedInput[],
): Promise<MeasuredFiles | null> {
  if (kind === undefined) return null;
  return openMeasured(measured ?? [], kind, ingredients);
}

export interface Mixing {
  readonly order: MixOrder;
  readonly parameters: JsonObject;
  readonly mix: TensorMix;
  readonly seed: number;
  readonly inputs: OpenIngredients;
  readonly tied: ReadonlyMap<string, string>;
  readonly measured: MeasuredFiles | null;
  /** Where tensors are written; those that are not here are only hashed. */
  readonly places: ReadonlyMap<string, Target>;
  readonly running: RunningSums | null;
}

/** What came of mixing, by tensor. */
export interface MixedTensors {
  readonly tensors: SoupCertificate['tensors'];
  /** What the inputs count, of a method that finds it while it mixes. */
  readonly found: ReadonlyMap<string, readonly number[]>;
}

/** Mixes every tensor, those of equal weights once for all their names. Gives the hash of each. */
export async function mixTensors(
  { order, parameters, mix, seed, inputs, tied, measured, places, running }: Mixing,
  workforce: Workforce,
  { signal, onProgress }: MixOptions,
): Promise<MixedTensors> {
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
  const given: SoupJob = {
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
  const job = mix.balance === undefined ? given : { ...given, majority: await majorityOf(given, workforce, signal) };
  const total = tensors.reduce((sum, tensor) => sum + storedBytes(tensor), 0);
  const hashes: Record<string, { sha256: string; bytes: number }> = {};
  const found = new Map<string, readonly number[]>();
  let done = 0;
  await workforce.run(job, {
    ...(signal === undefined ? {} : { signal }),
    onResult({ task, sha256, bytes, shares }) {
      const name = tensors[task.index]?.name ?? '';
      for (const target of [name, ...(aliases.get(name) ?? [])]) {
        hashes[target] = { sha256, bytes };
        if (shares !== undefined) found.set(target, shares);
      }
      done += bytes;
      onProgress?.(done, total);
    },
  });
  const tensorsByName = Object.fromEntries(
    [...inputs.types.keys()].sort().map((name) => [name, hashes[name] ?? { sha256: NO_HASH, bytes: 0 }]),
  );
  return { tensors: tensorsByName, found };
}

/** The sign of most elements of the model, once every tensor has told its balance. */
async function majorityOf(job: SoupJob, workforce: Workforce, signal: AbortSignal | undefined): Promise<number> {
  let balance = 0;
  const tensors = job.tensors.map((tensor) => ({ ...tensor, targets: [] }));
  await workforce.run(
    { ...job, tensors, counting: true },
    {
      ...(signal === undefined ? {} : { signal }),
      onResult({ shares: [own = 0] = [] }) {
        balance += own;
      },
    },
  );
  return Math.sign(balance);
}
