import type { GreedyDiagnosis, PairDiversity } from '@stockpot/engine/analysis/documents';
import { whatIfQuestion } from '@stockpot/engine/analysis/documents';
import { z } from 'zod';
import type { Model } from '../models/types.js';
import { labRef, objectId, objectIds } from '../page.js';

/** All that is stored about how a soup was chosen: what its diagnosis, what-ifs and marginal values are made of. */
export interface SoupEvidence {
  readonly soupId: string;
  readonly method: string;
  readonly acceptRule: '>=' | '>' | null;
  /** What bounded its search: empty where nothing did. */
  readonly told: Pick<SoupQuestion, 'replacement' | 'most' | 'passes'>;
  readonly benchmarkId: string;
  /** Distinct examples that it was chosen on. What a score or a comparison can tell depends on them, however many versions each has. */
  readonly n: number;
  /** Answers that a score was taken on: n, times the versions of each. */
  readonly rows: number;
  /** The pool in the plan's order. Places in it name ingredients below. */
  readonly pool: readonly Model[];
  /** Top-1 of each alone on the selection benchmark; null where it was not evaluated. */
  readonly scores: readonly (number | null)[];
  /** Share of the answers on which the first model of the search and each differ; null where one of the two was not evaluated. */
  readonly differing: readonly (number | null)[];
  readonly trace: readonly EvidenceTrial[];
  /** Scores of soups over the pool that the lab knows, by the key that names a soup's members. */
  readonly known: ReadonlyMap<string, number>;
  /** Ingredients that are one and the same, as the place of the first of them. */
  readonly alike: readonly number[];
  /** Seconds that each took to train; null where nobody measured. */
  readonly seconds: readonly (number | null)[];
}
export interface EvidenceTrial {
  readonly round: number;
  readonly index: number;
  readonly score: number;
  readonly best: number;
  readonly accepted: boolean;
  readonly members: number;
  readonly turn: number | null;
  readonly removed: boolean;
}

/** Why greedy kept what it kept, in sentences. `kind` of a finding is stable; evidence is the numbers behind the sentence. */
export type SoupDiagnosis = GreedyDiagnosis;

export const question = whatIfQuestion;
export type SoupQuestion = z.infer<typeof question>;
/** What another search over the same pool would have found. */
export interface SoupWhatIf {
  readonly question: SoupQuestion;
  /** The stored scores suffice. */
  readonly answered: boolean;
  /** With multiplicity; empty where it is not answered. */
  readonly members: readonly Model[];
  /** Top-1 on the selection benchmark; null where it is not answered. */
  readonly score: number | null;
  /** Whether it is the soup that was cooked; null where it is not answered. */
  readonly same: boolean | null;
  /** The first soup that would have to be evaluated; empty where it is answered. */
  readonly missing: readonly Model[];
}

/** What the n-th ingredient that stayed was worth, and what it cost. */
export interface MarginalIngredient {
  /** 1 for the first. */
  readonly n: number;
  readonly ingredient: Model;
  /** Top-1 on the selection benchmark of the soup with it, and its 95 % Wilson interval. */
  readonly score: number;
  readonly low: number;
  readonly high: number;
  /** The score less that of the soup before; null for the first. */
  readonly gain: number | null;
  /** Seconds that it took to train; null where nobody measured. */
  readonly seconds: number | null;
  /** gain per hour of training; null for the first, and where nothing was measured. */
  readonly gainPerHour: number | null;
}

/** How differently the models of a pool err, on one benchmark. Pairs are columns of one length. */
export interface Diversity {
  readonly labId: string;
  readonly benchmarkId: string;
  /** Examples, and versions of each that were scored. */
  readonly n: number;
  readonly versions: number;
  readonly models: readonly string[];
  readonly pairs: {
    /** Places in `models`, first below second. */
    readonly first: readonly number[];
    readonly second: readonly number[];
    readonly disagreement: readonly number[];
    readonly errorCorrelation: readonly (number | null)[];
    readonly kappa: readonly (number | null)[];
  };
  /** Over pairs; null where no pair has the measure. */
  readonly mean: Pick<
    { readonly [Measure in keyof PairDiversity]: number | null },
    'disagreement' | 'errorCorrelation' | 'doubleFault' | 'kappa' | 'headroom'
  >;
}

/** Each soup reads its neighbours: at most 20. */
export const evidenceInput = z.object({ lab: labRef, ids: objectIds.max(20) });
const pool = z.object({
  /** At most 100 models: 4,950 pairs. */
  models: objectIds.max(100),
  /** By default the first benchmark, in the leaderboard's order, that the most of the models were evaluated on. */
  benchmark: objectId.nullish(),
});
export type Pool = z.infer<typeof pool>;
export const diversityInput = z.object({ lab: labRef, pools: z.array(pool).min(1).max(20) });
