import { pairedCounts } from '../../statistics/index.js';
import { AnalysisError } from '../errors.js';
import { detectableDifference } from './detectable-difference.js';
import { type GreedyStep, greedySteps, type TimedTrial } from './greedy-steps.js';
import { highOutliers, median } from './outliers.js';

/** What is known of a greedy soup. What is left out is not spoken of. Ingredients are in the plan's order throughout. */
export interface GreedyEvidence {
  readonly trace: readonly TimedTrial[];
  readonly rule: '>=' | '>';
  readonly names: readonly string[];
  /** Accuracy of each ingredient alone on the selection split, 0 … 1. */
  readonly scores: readonly number[];
  /** Distinct examples that the choice was made on: what the split can tell depends on them. */
  readonly n: number;
  /** Answers of a model, n times the cells of a benchmark of corruptions; left out, n. */
  readonly rows?: number;
  /** Correctness of each ingredient on the selection split, as evaluations store it: how often models differ. */
  readonly correct?: readonly Uint8Array[];
  /** Instead of `correct`, where it was counted before: the share of answers on which the first model of the soup and each differ. */
  readonly differing?: readonly number[];
  /** Height of the error barrier between the first model of the soup and each ingredient, 0 … 1; null where not measured. */
  readonly barriers?: readonly (number | null)[];
  /** Peak learning rate of each ingredient, above 0. */
  readonly learningRates?: readonly number[];
}

/** What is looked for, in this order. */
export const FINDING_KINDS = [
  'nothing-to-add',
  'ties',
  'barrier',
  'learning-rate',
  'weaker-alone',
  'selection-too-small',
  'unexplained',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that the evidence says, in a sentence, with the numbers it rests on. Scores and differences are shares, 0 … 1. */
export interface GreedyFinding {
  readonly kind: FindingKind;
  readonly sentence: string;
  readonly evidence: Readonly<Record<string, number | string | readonly number[]>>;
}

export interface GreedyDiagnosis {
  /** Ingredients that greedy kept. */
  readonly kept: number;
  readonly summary: string;
  /** At least one when greedy kept a single model. They are consistent with the outcome, not proofs of its cause. */
  readonly findings: readonly GreedyFinding[];
}

interface Case extends GreedyEvidence {
  readonly steps: readonly GreedyStep[];
  readonly first: number;
  readonly rejected: readonly GreedyStep[];
  /** Share of the examples on which the first model and another differ: mean over the others. */
  readonly discordance: number;
  readonly discordanceSource: 'bitmaps' | 'independent errors';
  /**
   * The smallest difference that the selection split can decide; null when it can decide none. From models, of which soups with
   * common members are nearer to each other: it is rather too large.
   */
  readonly detectable: number | null;
  readonly name: (index: number) => string;
}

/**
 * Why greedy kept so few models, usually one: in sentences, each with its evidence. Looked for, in this order: nothing to add; ties that
 * the strict rule turned down; barriers to the first model above what the split can resolve; learning rates far above the pool's;
 * candidates that are worse by themselves; a selection split too small for the differences that decided. If none fits, that is
 * said.
 *
 * @throws AnalysisError for a trace of another method, or evidence that is not of all ingredients
 */
export function diagnoseGreedy(evidence: GreedyEvidence): GreedyDiagnosis {
  const one = caseOf(evidence);
  const { steps, names, n, rule } = one;
  const kept = steps.at(-1)?.members ?? 0;
  const findings = looks.flatMap((look) => look(one) ?? []);
  const better = rule === '>' ? 'higher' : 'at least as high';
  const summary =
    kept === 1
      ? `Greedy kept ${one.name(one.first)} alone: of ${whole(names.length - 1)} other ingredients none made the soup score ${better} on ${whole(n)} selection examples.`
      : `Greedy kept ${whole(kept)} of ${whole(names.length)} ingredients, scored on ${whole(n)} selection examples.`;
  if (findings.length > 0 || kept > 1) return { kept, summary, findings };
  return {
    kept,
    summary,
    findings: [
      {
        kind: 'unexplained',
        sentence: `Nothing that was given explains it: the candidates fell short by ${points(median(shortfalls(one)))} in the median, which ${whole(n)} examples can tell from nothing. Barriers and learning rates, where they are not given, would say more.`,
        evidence: { shortfalls: shortfalls(one) },
      },
    ],
  };
}

const looks: readonly ((one: Case) => GreedyFinding | null)[] = [
  nothingToAdd,
  ties,
  barrierToFirst,
  learningRate,
  weakerAlone,
  selectionTooSmall,
];

function nothingToAdd({ names }: Case): GreedyFinding | null {
  if (names.length > 1) return null;
  return {
    kind: 'nothing-to-add',
    sentence: 'There was only one ingredient.',
    evidence: { ingredients: names.length },
  };
}

function ties({ rule, rejected, n, name }: Case): GreedyFinding | null {
  const tied = rejected.filter(({ tie }) => tie);
  if (rule !== '>' || tied.length === 0) return null;
  return {
    kind: 'ties',
    sentence: `${count(tied.length, 'candidate')} (${list(tied.map(({ candidate }) => name(candidate)))}) scored exactly what the soup before did, to the last of ${whole(n)} examples. The rule '>' of the released code turns ties down; the paper's rule '>=' would have taken the first of them.`,
    evidence: { rule, tied: tied.map(({ candidate }) => candidate) },
  };
}

function barrierToFirst({ barriers, rejected, detectable, n, first, name }: Case): GreedyFinding | null {
  const bar = detectable ?? 1 / n;
  const high = rejected
    .map(({ candidate }) => ({ candidate, height: barriers?.[candidate] ?? 0 }))
    .filter(({ height }) => height > bar)
    .sort((a, b) => b.height - a.height);
  const [highest] = high;
  if (highest === undefined) return null;
  return {
    kind: 'barrier',
    sentence: `Between ${name(first)} and ${count(high.length, 'rejected candidate')} lies an error barrier: on the way to ${name(highest.candidate)} the error rises up to ${points(highest.height)} above the line between the two. They do not share a basin, and averaging them costs more than it gains.`,
    evidence: { candidates: high.map(({ candidate }) => candidate), heights: high.map(({ height }) => height), bar },
  };
}

function learningRate({ learningRates, rejected, first, name }: Case): GreedyFinding | null {
  if (learningRates === undefined || rejected.length === 0) return null;
  const outliers = highOutliers(learningRates);
  const middle = median(learningRates);
  const evidence = { outliers, learningRates, median: middle };
  if (outliers.includes(first)) {
    return {
      kind: 'learning-rate',
      sentence: `${name(first)}, with which the soup began, was trained at a learning rate of ${learningRates[first]}, where the median of the pool is ${middle}: a model that went this far from the stock seldom shares a basin with others.`,
      evidence,
    };
  }
  const high = outliers.filter((index) => rejected.some(({ candidate }) => candidate === index));
  if (high.length === 0) return null;
  return {
    kind: 'learning-rate',
    sentence: `${count(high.length, 'rejected candidate')} (${list(high.map((index) => `${name(index)} at ${learningRates[index]}`))}) had a learning rate far above the median of the pool, ${middle}: such models leave the basin of the stock and spoil averages.`,
    evidence,
  };
}

function weakerAlone({ scores, rejected, first, detectable, name }: Case): GreedyFinding | null {
  const own = scores[first] ?? 0;
  const gaps = rejected.map(({ candidate }) => ({ candidate, gap: own - (scores[candidate] ?? 0) }));
  const [nearest] = gaps.toSorted((a, b) => a.gap - b.gap);
  if (nearest === undefined || detectable === null || !(nearest.gap > detectable)) return null;
  return {
    kind: 'weaker-alone',
    sentence: `${name(first)} is by itself ${points(nearest.gap)} better than the best rejected candidate, ${name(nearest.candidate)}: more than mixing two models usually wins back.`,
    evidence: { best: own, gaps: gaps.map(({ gap }) => gap), detectable },
  };
}

function selectionTooSmall(one: Case): GreedyFinding | null {
  const { rejected, detectable, discordance, discordanceSource, n } = one;
  const lost = shortfalls(one);
  const within = detectable === null ? lost : lost.filter((shortfall) => shortfall < detectable);
  if (rejected.length === 0 || within.length === 0) return null;
  const smallest =
    detectable === null ? `no difference between such models at all` : `a difference of ${points(detectable)} or more`;
  return {
    kind: 'selection-too-small',
    sentence: `${count(within.length, 'candidate')} of ${whole(rejected.length)} fell short by less than the split can tell: with ${whole(n)} examples, of which two models differ on ${percent(discordance)} (${discordanceSource === 'bitmaps' ? 'counted' : 'as independent errors would'}), a test at 5 % finds ${smallest} four times out of five. By such margins the choice is chance; a larger selection split would decide it.`,
    evidence: { n, discordance, discordanceSource, detectable: detectable ?? 'none', shortfalls: lost },
  };
}

function shortfalls({ rejected }: Case): number[] {
  return rejected.map(({ before, after }) => (before ?? after) - after);
}

function caseOf(evidence: GreedyEvidence): Case {
  const { trace, names, scores, n, rows = n, correct, differing, barriers, learningRates } = evidence;
  const steps = greedySteps(trace);
  const [start] = steps;
  if (start?.verdict !== 'started' || trace.some(({ turn, removed }) => turn !== undefined || removed === true)) {
    throw new AnalysisError('This is no trace of a greedy soup.', 'Diagnose soups of the method greedy.');
  }
  const given = {
    scores,
    correct,
    'shares of differing answers': differing,
    barriers,
    'learning rates': learningRates,
  };
  for (const [what, values] of Object.entries(given)) {
    if (values === undefined || values.length === names.length) continue;
    throw new AnalysisError(
      `There are ${names.length} ingredients, and ${what} of ${values.length}.`,
      'Give one for each ingredient, or leave all of them out.',
    );
  }
  const first = start.candidate;
  const others = [...names.keys()].filter((index) => index !== first);
  const mean = (of: (index: number) => number) =>
    others.length === 0 ? 0 : others.reduce((sum, index) => sum + of(index), 0) / others.length;
  const discordance = mean((index) => {
    const counted = differing?.[index];
    if (counted !== undefined) return counted;
    const [one, two] = [correct?.[first], correct?.[index]];
    if (one === undefined || two === undefined) {
      const [p, q] = [scores[first] ?? 0, scores[index] ?? 0];
      return p * (1 - q) + q * (1 - p);
    }
    const { onlyFirst, onlySecond } = pairedCounts(one, two, rows);
    return (onlyFirst + onlySecond) / rows;
  });
  return {
    ...evidence,
    steps,
    first,
    rejected: steps.filter(({ verdict }) => verdict === 'rejected'),
    discordance,
    discordanceSource: correct === undefined && differing === undefined ? 'independent errors' : 'bitmaps',
    detectable: detectableDifference(n, Math.min(1, Math.max(0, discordance))),
    name: (index) => names[index] ?? `ingredient ${index}`,
  };
}

function points(share: number): string {
  const shown = (100 * share).toFixed(2);
  return `${shown} ${shown === '1.00' ? 'point' : 'points'}`;
}

/** A count with thousands apart: 4,000. */
function whole(number: number): string {
  return number.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function count(number: number, noun: string): string {
  return `${whole(number)} ${noun}${number === 1 ? '' : 's'}`;
}

function list(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
