import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { keepNewest } from '../../artifacts/keep-newest.js';
import { makeFolder } from '../../artifacts/make-folder.js';
import { hashJson } from '../../json.js';
import type { SoupCertificate } from '../certificate.js';
import type { Workforce } from '../streaming/index.js';
import type { RunningSumsOptions } from '../streaming/running-sums.js';
import { type SoupOrder, writeSoup } from '../streaming/write-soup.js';

/** From so many members on, a soup's sums are kept: fewer are read as quickly as their sums. */
const WORTH_SUMS = 6;
/** Sums that are kept for later runs: they are twice as large as a model. */
const KEPT_SUMS = 2;

export interface CandidateFilesOptions {
  /** Paths of the ingredients, and what is in them. */
  readonly paths: readonly string[];
  readonly contents: readonly string[];
  readonly hashes: ReadonlyMap<string, string>;
  readonly workforce: Workforce | undefined;
  readonly signal: AbortSignal;
  /** Where sums are kept; null keeps none. */
  readonly folder: string | null;
  /** Whether candidates add to a soup that stays. Where they leave out of it, no two of them have the same sums, and none are made. */
  readonly growing: boolean;
}

/** Mixes candidates into files by the executor that writes soups; the exact sums of a large soup are kept, so that one more ingredient is all that is read. */
export class CandidateFiles {
  readonly #options: CandidateFilesOptions;

  constructor(options: CandidateFilesOptions) {
    this.#options = options;
  }

  /**
   * Writes the mean of some ingredients, each as often as it is listed.
   *
   * @returns the hash of each of its tensors
   */
  async mean(members: readonly number[], output: string): Promise<SoupCertificate['tensors']> {
    const before = members.slice(0, -1);
    const from = before.length >= WORTH_SUMS ? await this.#sumsFor(before) : undefined;
    return this.write(
      { method: 'uniform', ingredients: members.map((index) => this.#options.paths[index] ?? ''), output },
      from === undefined ? undefined : { from },
    );
  }

  /** Writes any mix. Returns as `mean`. */
  async write(order: SoupOrder, runningSums?: RunningSumsOptions): Promise<SoupCertificate['tensors']> {
    const { hashes, workforce, signal } = this.#options;
    const { tensors } = await writeSoup(order, {
      hashes,
      signal,
      durable: false,
      certificate: 'apart',
      ...(workforce === undefined ? {} : { workforce }),
      ...(runningSums === undefined ? {} : { runningSums }),
    });
    return tensors;
  }

  /** Keeps the sums of a soup for the next run, where that pays. */
  async keep(members: readonly number[]): Promise<void> {
    if (members.length >= WORTH_SUMS) await this.#sumsOf(members);
  }

  /** The file with the sums of what a candidate adds to, where such are kept or will be asked for again. */
  async #sumsFor(members: readonly number[]): Promise<string | undefined> {
    const { folder, growing } = this.#options;
    if (growing || folder === null) return this.#sumsOf(members);
    const file = this.#fileOf(folder, members);
    return (await isThere(file)) ? file : undefined;
  }

  #fileOf(folder: string, members: readonly number[]): string {
    return join(folder, nameOf(members.map((index) => this.#options.contents[index] ?? '')));
  }

  /** The file with the sums of some ingredients, made from those of one fewer where they are there. */
  async #sumsOf(members: readonly number[]): Promise<string | undefined> {
    const { folder, paths } = this.#options;
    if (folder === null) return undefined;
    await makeFolder(folder);
    const file = this.#fileOf(folder, members);
    if (await isThere(file)) return file;
    const before = this.#fileOf(folder, members.slice(0, -1));
    const from = members.length > WORTH_SUMS && (await isThere(before)) ? { from: before } : {};
    const output = join(folder, 'soup.safetensors');
    try {
      await this.write(
        { method: 'uniform', ingredients: members.map((index) => paths[index] ?? ''), output },
        { ...from, to: file },
      );
    } finally {
      await rm(output, { force: true });
    }
    await keepNewest(folder, { pattern: /^[0-9a-f]{64}\.safetensors$/, used: [file], most: KEPT_SUMS - 1 });
    return file;
  }
}

/** By content, with multiplicity: the order of the members changes no exact sum. */
function nameOf(contents: readonly string[]): string {
  return `${hashJson([...contents].sort())}.safetensors`;
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
