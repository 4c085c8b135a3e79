/** @file What the parts of the compiler share. */
import type { JsonObject } from '../json.js';
import type { StepInput } from './plan.js';

/** A model of the plan, as later steps refer to it. */
export interface PlannedModel {
  /** Id of the step that makes it. */
  readonly step: string;
  /** What ids and people call it: 'stock', 'ft-03', 'greedy', 'ft-ensemble'. */
  readonly name: string;
  /** 'headless': trained without labels, and never since: it has features and no answers. */
  readonly predictor: 'checkpoint' | 'probe' | 'logit-ensemble' | 'headless';
  /**
   * A soup's own name; of an ingredient, the group that it was trained from without labels, if any: what those were trained
   * on tells how its scores are to be read. None of an ensemble, whose members have theirs.
   */
  readonly sources: readonly string[];
  /** Of an ensemble: the models whose logits are averaged. */
  readonly members: readonly PlannedModel[];
}

/** Of the models whose logits are averaged: `ft-ensemble`. A pool is the names of a soup's ingredients, joined. */
export function ensembleName(pool: string): string {
  return `${pool}-ensemble`;
}

/** Of those of a pool that greedy chooses: `ft-greedy-ensemble`. */
export function greedyEnsembleName(pool: string, name: string): string {
  return ensembleName(`${pool}-${name}`);
}

export function evaluationId(model: PlannedModel, benchmark: string): string {
  return `evaluations/${model.name}/${benchmark}`;
}

/** `'mnist/train'` → the manifest of `mnist`. */
export function datasetOf(reference: string): StepInput {
  return { step: `datasets/${reference.split('/')[0] ?? ''}`, output: 'manifest' };
}

/** `'mnist/train'` → `'train'`. */
export function splitName(reference: string): string {
  return reference.split('/')[1] ?? '';
}

/** Typed parameters as the JSON object they are: `undefined` never occurs in them. */
export function asJson(value: object): JsonObject {
  return value as JsonObject;
}
