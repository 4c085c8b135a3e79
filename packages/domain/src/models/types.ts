import { MODEL_KINDS, type ModelKind, type SoupMixing } from '@stockpot/db';
import { z } from 'zod';
import { after, first, labRef, objectId, objectIds } from '../page.js';

export interface Artifact {
  readonly hash: string;
  readonly bytes: number;
  readonly mediaType: string;
}
type Document = Readonly<Record<string, unknown>>;

interface Common {
  readonly id: string;
  readonly labId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly parameterCount: number | null;
  /** The checkpoint; for an ensemble the list of its members. */
  readonly artifact: Artifact;
  readonly stepKey: string;
  /** The run that first made it. */
  readonly runId: string | null;
}
export interface Stock extends Common {
  readonly kind: 'stock';
  readonly architecture: Document;
  readonly hyperparameters: Document;
}
export interface Ingredient extends Common {
  readonly kind: 'ingredient';
  readonly algorithm: string;
  readonly hyperparameters: Document;
  /** Null for one that was not trained here. */
  readonly seed: number | null;
}
export interface Soup extends Common {
  readonly kind: 'soup';
  readonly method: string;
  readonly parameters: Document;
  /** How its coefficients are to be read. */
  readonly mixing: SoupMixing;
  readonly acceptRule: '>=' | '>' | null;
  readonly selectionBenchmarkId: string | null;
}
export interface Ensemble extends Common {
  readonly kind: 'ensemble';
  readonly method: string;
  /** How its members were chosen, and by which benchmark; null where all of a pool are in it. */
  readonly acceptRule: '>=' | '>' | null;
  readonly selectionBenchmarkId: string | null;
}
export type Model = Stock | Ingredient | Soup | Ensemble;

/** A soup with what explains it. */
export interface SoupDetail {
  readonly soup: Soup;
  /** One a model that could have been mixed in, in the pool's order: 0 for one that is not in it, else any number. */
  readonly coefficients: readonly { readonly ingredient: Model; readonly coefficient: number }[];
  /** The stock that the method starts from, and what it counts; null where it starts from none. */
  readonly base: { readonly model: Model; readonly coefficient: number | null } | null;
  /**
   * What the models that were never soups themselves count, soups among the ingredients taken apart, largest first; null where
   * that is not known: the soup, or one in it, is no linear combination.
   */
  readonly effective: readonly { readonly ingredient: Model; readonly coefficient: number }[] | null;
  /** What proves it, as `stockpot verify` reads it; null for soups of older versions. */
  readonly certificate: Artifact | null;
  readonly trace: readonly GreedyRound[];
  /** The stock its ingredients descend from; null when they descend from several. */
  readonly stockId: string | null;
  /** The ensemble of exactly the same pool, when there is one. */
  readonly ensembleId: string | null;
  /** The ensemble that greedy chose among exactly the same pool, when there is one. */
  readonly greedyEnsembleId: string | null;
}
export interface GreedyRound {
  readonly round: number;
  readonly candidateId: string;
  /** Trials of one turn are decided together, or belong to one pass; null where the search has no turns. */
  readonly turn: number | null;
  /** The candidate left the ingredient out, and did not add it. */
  readonly removed: boolean;
  /** The score was known from an equal soup. */
  readonly cached: boolean;
  /** Top-1 in [0, 1] on the selection benchmark of the soup with the ingredient added, or without it. */
  readonly score: number;
  /** Best top-1 before this round's decision. */
  readonly best: number;
  readonly accepted: boolean;
  /** Ingredients in the soup after the round. */
  readonly members: number;
  /** Examples the score was taken on. */
  readonly n: number;
}

export interface LineageEdge {
  readonly parentId: string;
  readonly childId: string;
  /** Any finite number; null where the child was trained from the parent, or mixed by no linear combination. */
  readonly coefficient: number | null;
}
export interface Lineage {
  readonly nodes: readonly Model[];
  readonly edges: readonly LineageEdge[];
}
/** A model's neighbours. */
export interface Family {
  readonly modelId: string;
  readonly parents: readonly LineageEdge[];
  readonly children: readonly LineageEdge[];
}

export const modelKindInput = z.enum(MODEL_KINDS);
export type { ModelKind };
export const getModelInput = z.object({ id: objectId });
export const manyModelsInput = z.object({ lab: labRef, ids: objectIds });
export const familiesInput = z.object({ lab: labRef, ids: objectIds });
/** Newest first. */
export const listModelsInput = z.object({ lab: labRef, kind: modelKindInput, first: first.default(50), after });
export const lineageInput = z.object({ id: objectId, depth: z.number().int().min(1).max(20).default(5) });
/** The whole lineage of a lab (at most 2,000 newest models) or of one run. */
export const labLineageInput = z.object({ lab: labRef, run: objectId.nullish() });
export const listIngredientsInput = z.object({ lab: labRef, first: first.default(50), after });
export const manySoupsInput = z.object({ lab: labRef, ids: objectIds.max(200) });
