import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { openCheckpoint } from '../../checkpoints/open-checkpoint.js';
import type { JsonObject } from '../../json.js';
import { readCertificate } from '../../soups/certificate.js';
import { alikeBy, withoutOne } from '../../soups/choosing/members.js';
import type { SoupTrial } from '../../soups/trace.js';
import type { Examined } from '../documents/parts.js';
import { AnalysisError } from '../errors.js';

/** How a soup of files was chosen, as its certificate tells. */
export interface CertifiedSearch {
  /** Of the soup's file. */
  readonly name: string;
  readonly method: string;
  /** Everything the search was told. */
  readonly parameters: JsonObject;
  readonly rule: '>=' | '>';
  readonly trace: readonly SoupTrial[];
  /** Models that could have been chosen, in the order in which they were given. */
  readonly models: readonly string[];
  /** Models that are one and the same, as the place of the first of them. */
  readonly alike: readonly number[];
  /** Accuracy of each alone. */
  readonly scores: readonly number[];
  /** What the trace ended with, with multiplicity. */
  readonly members: readonly number[];
  readonly examined: Examined;
}

/**
 * Reads how `stockpot soup greedy`, `greedier` or `pruned` chose; null for a path that is no checkpoint.
 *
 * @throws AnalysisError for a checkpoint that was not chosen so
 */
export async function readCertifiedSearch(path: string): Promise<CertifiedSearch | null> {
  const there = await stat(path).catch(() => undefined);
  if (there === undefined || (there.isFile() && !path.endsWith('.safetensors'))) return null;
  if (there.isDirectory() && (await openCheckpoint(path).then(close, () => false)) === false) return null;
  await using checkpoint = await openCheckpoint(path);
  const chosen = readCertificate(checkpoint.metadata)?.chosen;
  const { trace, scores, examples } = chosen ?? {};
  if (
    chosen === undefined ||
    trace === undefined ||
    scores === undefined ||
    examples === undefined ||
    trace.length === 0
  ) {
    throw new AnalysisError(
      `${path} does not say how it was chosen from candidates.`,
      'Name a soup of stockpot soup greedy, greedier or pruned, or a cooked folder and a soup of it.',
    );
  }
  return {
    name: basename(path).replace(/\.safetensors$/, ''),
    method: chosen.method,
    // The seed of the draw of the examples is that of the method, unless another was given.
    parameters: { ...chosen.parameters, seed: chosen.seed ?? examples.seed },
    rule: chosen.parameters.accept === '>' ? '>' : '>=',
    trace,
    models: chosen.names ?? chosen.pool.map((content) => content.slice(0, 12)),
    alike: alikeBy(chosen.pool),
    scores,
    members: membersAfter(trace, chosen.pool.length),
    examined: {
      source: examples.from,
      role: 'selection',
      n: examples.n,
      rows: examples.n,
      classes: null,
      hash: examples.protocol ?? examples.split,
    },
  };
}

/** The soup that a trace ended with. A pruned soup begins with all ingredients. */
function membersAfter(trace: readonly SoupTrial[], ingredients: number): number[] {
  let members = trace[0]?.removed === true ? Array.from({ length: ingredients }, (_, index) => index) : [];
  for (const { index, removed, accepted } of trace) {
    if (accepted) members = removed === true ? withoutOne(members, index) : [...members, index];
  }
  return members.sort((a, b) => a - b);
}

async function close(checkpoint: AsyncDisposable): Promise<true> {
  await checkpoint[Symbol.asyncDispose]();
  return true;
}
