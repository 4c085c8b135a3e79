/**
 * @file Whether two models belong together: in one soup, or a head on a stock. Weights can be averaged when the models
 * compute the same function of them, see their inputs the same way and lie in one basin, which is what a common ancestor
 * and a common head give (Wortsman et al. 2022, §2; Neyshabur et al. 2020).
 */
import { type Mismatch, mismatches } from '../checkpoints/compatibility.js';
import { CheckpointError, quoted } from '../checkpoints/errors.js';
import type { CheckpointReader } from '../checkpoints/open-checkpoint.js';
import { type StoredType, storage } from '../checkpoints/storage.js';
import { isFloat } from '../graph/dtype.js';
import { ARCHITECTURE_KEY, CLASSES_KEY, HEAD_KEY, PREPROCESSING_KEY, STOCK_KEY, WEIGHTS_KEY } from './metadata.js';
import { sameNetwork } from './onnx/running-statistics.js';

/** A model as far as compatibility is concerned: what its header says. */
export interface ModelHeader {
  /** What to call it in sentences. */
  readonly source: string;
  readonly types: ReadonlyMap<string, StoredType>;
  readonly metadata: ReadonlyMap<string, string>;
}

export type FindingKind =
  | 'architecture'
  | 'statistics'
  | 'preprocessing'
  | 'ancestor'
  | 'head'
  | 'classes'
  | 'weights'
  | 'buffer'
  | Mismatch['kind'];

/** One way in which a model does not belong with another: what it is, and what to do. */
export interface Finding {
  readonly kind: FindingKind;
  /** The tensor at fault, when it is one. */
  readonly tensor?: string;
  /** Without a full stop, about the second model: 'its architecture differs: depth is 12 instead of 6'. */
  readonly message: string;
  readonly advice: string;
}

interface Question {
  readonly kind: FindingKind;
  readonly key: string;
  /** What differs, in words; both texts are different, one of them may be missing. */
  readonly explain: (expected: string | undefined, found: string | undefined) => string;
  readonly advice: string;
}

/** What two models must agree on, in the order in which it is asked. */
const QUESTIONS: readonly Question[] = [
  {
    kind: 'architecture',
    key: ARCHITECTURE_KEY,
    explain: (expected, found) => fieldsThatDiffer('its architecture differs', 'its architecture', expected, found),
    advice: 'Use models of one architecture.',
  },
  {
    kind: 'preprocessing',
    key: PREPROCESSING_KEY,
    explain: (expected, found) =>
      fieldsThatDiffer('it sees its inputs differently', 'how its inputs are prepared', expected, found),
    advice: 'Use models that were trained on inputs prepared the same way: the same mean, deviation and resizing.',
  },
  {
    kind: 'ancestor',
    key: STOCK_KEY,
    explain: (expected, found) =>
      hashes('it was trained from another stock', 'which stock it was trained from', expected, found),
    advice: 'Use models fine-tuned from one stock: others do not lie in one basin, and their average is worth nothing.',
  },
  {
    kind: 'head',
    key: HEAD_KEY,
    explain: (expected, found) =>
      hashes('its head began from other values', 'which head it began with', expected, found),
    advice: 'Use models whose fine-tuning began with one head, as a recipe with `stock.head` gives.',
  },
  {
    kind: 'classes',
    key: CLASSES_KEY,
    explain: classesThatDiffer,
    advice: 'Use models that were trained on the same classes in the same order.',
  },
  {
    kind: 'weights',
    key: WEIGHTS_KEY,
    explain: (expected, found) => `its weights are ${weightsInWords(found)} instead of ${weightsInWords(expected)}`,
    advice: 'Take all of them from the last step, or all of them as exponential means; never both.',
  },
];

/** What a head must agree on with the stock that it is put on. */
const ONE_MODEL: readonly FindingKind[] = ['architecture', 'preprocessing'];

const OWN_STATISTICS: Finding = {
  kind: 'statistics',
  message: 'the running statistics of its batch normalisation are others',
  advice:
    'Mix them by a method that is told what each counts, and estimate the statistics again: scores of mixtures before that would be of no model that there will be.',
};

/** Everything in which `found` differs from `expected`, as far as their headers tell; none when both may be averaged. */
export function compareModels(expected: ModelHeader, found: ModelHeader): readonly Finding[] {
  const [one, other] = [expected.metadata.get(ARCHITECTURE_KEY), found.metadata.get(ARCHITECTURE_KEY)];
  const statistics = one !== other && sameNetwork(one, other);
  const said = compareMetadata(expected.metadata, found.metadata).map((finding) =>
    statistics && finding.kind === 'architecture' ? OWN_STATISTICS : finding,
  );
  return [...said, ...mismatches(expected.types, found.types)];
}

function compareMetadata(
  expected: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  kinds?: readonly FindingKind[],
): Finding[] {
  return QUESTIONS.filter(({ kind }) => kinds === undefined || kinds.includes(kind)).flatMap(
    ({ kind, key, explain, advice }) => {
      const [one, other] = [expected.get(key), found.get(key)];
      return one === other ? [] : [{ kind, message: explain(one, other), advice }];
    },
  );
}

/**
 * Throws CheckpointError when two models cannot be averaged, with the first findings in sentences.
 *
 * @param options.ownStatistics whether each may have running statistics of its own: where nothing is scored before they are estimated again
 * @param options.anyOrigin whether they may come from different stocks and heads: where it is asked what becomes of such
 */
export function assertSoupable(
  expected: ModelHeader,
  found: ModelHeader,
  { ownStatistics = false, anyOrigin = false }: { readonly ownStatistics?: boolean; readonly anyOrigin?: boolean } = {},
): void {
  const allowed: FindingKind[] = [
    ...(ownStatistics ? (['statistics'] as const) : []),
    ...(anyOrigin ? (['ancestor', 'head'] as const) : []),
  ];
  const findings = compareModels(expected, found).filter(({ kind }) => !allowed.includes(kind));
  refuse(expected.source, found.source, findings);
}

/** Throws CheckpointError when a head was not made for this stock. */
export function assertSameModel(
  expected: Pick<ModelHeader, 'source' | 'metadata'>,
  found: Pick<ModelHeader, 'source' | 'metadata'>,
): void {
  refuse(expected.source, found.source, compareMetadata(expected.metadata, found.metadata, ONE_MODEL));
}

function refuse(expected: string, found: string, findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const shown = findings.slice(0, 3).map(({ message }) => message);
  const more = findings.length > 3 ? ` and ${findings.length - 3} more differences` : '';
  const options = first.tensor === undefined ? {} : { tensor: first.tensor };
  throw new CheckpointError(found, `it does not fit ${expected}: ${shown.join('; ')}${more}.`, first.advice, options);
}

/**
 * Integer and boolean tensors that differ: counters and the like have no average. Only tensors that both have with one
 * type are read, one at a time.
 */
export async function compareBuffers(expected: CheckpointReader, found: CheckpointReader): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [name, { dtype, shape }] of expected.tensors) {
    const other = found.tensors.get(name);
    if (isFloat(storage[dtype].readAs) || other?.dtype !== dtype || other.shape.join() !== shape.join()) continue;
    const [one, two] = [(await expected.read(name)).data, (await found.read(name)).data];
    const at = one.findIndex((value: number | bigint, element: number) => value !== two[element]);
    if (at < 0) continue;
    findings.push({
      kind: 'buffer',
      tensor: name,
      message: `${quoted(name)} holds integers, and element ${at} is ${two[at]} instead of ${one[at]}`,
      advice: 'Integers are not averaged: use models whose integer tensors are equal, or drop them from both.',
    });
  }
  return findings;
}

function weightsInWords(text: string | undefined): string {
  return text === undefined ? "the last step's" : text === 'ema' ? 'an exponential mean (EMA)' : shown(text);
}

function hashes(other: string, what: string, expected: string | undefined, found: string | undefined): string {
  if (found === undefined) return `it does not say ${what}`;
  if (expected === undefined) return `it says ${what}, which the other does not`;
  return `${other}: ${found.slice(0, 12)} instead of ${expected.slice(0, 12)}`;
}

function fieldsThatDiffer(
  differs: string,
  what: string,
  expected: string | undefined,
  found: string | undefined,
): string {
  if (found === undefined) return `it does not say ${what}`;
  if (expected === undefined) return `it says ${what}, which the other does not`;
  const [one, two] = [parsed(expected), parsed(found)];
  if (!isRecord(one) || !isRecord(two)) return `${differs}: ${shown(found)} instead of ${shown(expected)}`;
  const fields = [...new Set([...Object.keys(one), ...Object.keys(two)])]
    .filter((field) => JSON.stringify(one[field]) !== JSON.stringify(two[field]))
    .map((field) => `${field} is ${shown(JSON.stringify(two[field]))} instead of ${shown(JSON.stringify(one[field]))}`);
  return `${differs}: ${fields.join(', ')}`;
}

function classesThatDiffer(expected: string | undefined, found: string | undefined): string {
  if (found === undefined) return 'it does not say which classes its head answers';
  if (expected === undefined) return 'it names the classes of its head, which the other does not';
  const [one, two] = [parsed(expected), parsed(found)];
  if (!Array.isArray(one) || !Array.isArray(two)) return 'its list of classes cannot be read';
  if (one.length !== two.length) return `its head answers ${two.length} classes instead of ${one.length}`;
  const row = one.findIndex((name, index) => name !== two[index]);
  const order = [...one].sort().join('\n') === [...two].sort().join('\n') ? 'stand in another order' : 'are others';
  return `its classes ${order}: row ${row} is ${shown(String(two[row]))} instead of ${shown(String(one[row]))}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
