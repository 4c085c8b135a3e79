import type { SoupParameters } from '../recipe/parameters.js';
import { greedier } from './choosing/greedier.js';
import { learned } from './choosing/learned.js';
import { pruned } from './choosing/pruned.js';
import { greedy } from './greedy.js';
import { logitEnsemble } from './logit-ensemble.js';
import type { Kitchen, Soup, SoupMethod } from './method.js';
import { uniform } from './uniform.js';

export { averageOf } from './average.js';
export * from './choosing/index.js';
export { SoupError } from './errors.js';
export { averageLogits } from './logit-ensemble.js';
export type { Candidate, Ingredient, Kitchen, Selection, Soup, SoupMethod } from './method.js';
export {
  type LearnedMix,
  learnedMix,
  type SoupCoefficient,
  type SoupTrial,
  soupCoefficient,
  soupTrial,
} from './trace.js';

type MethodName = SoupParameters['method'];
type ParametersOf<Name extends MethodName> = Extract<SoupParameters, { method: Name }>;

/** Every method, by its name in a recipe. */
export const soupMethods: { readonly [Name in MethodName]: SoupMethod<ParametersOf<Name>> } = {
  uniform,
  greedy,
  greedier,
  pruned,
  learned,
  'logit-ensemble': logitEnsemble,
};

/** Makes a soup by the method that its parameters name. */
export function cookSoup<Name extends MethodName>(
  method: Name,
  parameters: ParametersOf<Name>,
  kitchen: Kitchen,
): Promise<Soup> {
  return soupMethods[method].cook(parameters, kitchen);
}
