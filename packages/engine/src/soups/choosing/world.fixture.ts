/** @file A world in which soups have scores and no weights: what a search is tested on. Used by tests only. */
import fc from 'fast-check';
import { keyed } from '../../random/index.js';
import { Evaluations } from './evaluations.js';
import type { SearchKitchen } from './search.js';

export interface World {
  readonly ingredients: number;
  readonly seed: number;
  /** How many different scores there are: few of them make ties. */
  readonly levels: number;
}

/** Of 1 to `most` ingredients, with scores that often tie. */
export const worlds = (most: number) =>
  fc.record({
    ingredients: fc.integer({ min: 1, max: most }),
    seed: fc.nat(1000),
    levels: fc.constantFrom(1, 3, 8, 1000),
  });

/** A soup's score, a function of the shares alone: members are counted here in their own way. */
export function scoreOf({ seed, levels, ingredients }: World, members: readonly number[]): number {
  const shares = Array.from({ length: ingredients }, (_, index) => {
    const count = members.filter((member) => member === index).length;
    return (count / members.length).toFixed(9);
  });
  return keyed(seed, shares.join(' ')).integer(levels + 1) / (levels + 1);
}

export const scoresOf = (world: World) =>
  Array.from({ length: world.ingredients }, (_, index) => scoreOf(world, [index]));

/** What a search is given in a world, and which soups it had evaluated. */
export function kitchenIn(world: World): SearchKitchen & { readonly asked: (readonly number[])[] } {
  const asked: (readonly number[])[] = [];
  const evaluate = async (members: readonly number[]) => {
    asked.push(members);
    return scoreOf(world, members);
  };
  return { evaluations: new Evaluations({ scores: scoresOf(world), evaluate }), asked };
}
