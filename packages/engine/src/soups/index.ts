import type { ExampleMethodName } from '../recipe/example-soups.js';
import type { SoupParameters } from '../recipe/parameters.js';
import { greedier } from './choosing/greedier.js';
import { learned } from './choosing/learned.js';
import { pruned } from './choosing/pruned.js';
import { greedy } from './greedy.js';
import { greedyEnsemble } from './greedy-ensemble.js';
import { logitEnsemble } from './logit-ensemble.js';
import type { Kitchen, Soup, SoupMethod } from './method.js';
import type { MixingMethodName } from './methods/index.js';

export { type CertifiedChoice, type SoupCertificate, soupCertificate } from './certificate.js';
export * from './choosing/index.js';
export { cookMixture, type MixtureOrder, type MixtureRecord, recordOf } from './cook-mixture.js';
export { SoupError } from './errors.js';
export { averageLogits } from './logit-ensemble.js';
export type { Candidate, Ingredient, Kitchen, Mixture, Selection, Soup, SoupMethod } from './method.js';
export { isMixingMethod } from './methods/index.js';
export { type SoupSummary, soupSummary } from './soup-summary.js';
export {
  type LearnedMix,
  learnedMix,
  type Mixing,
  mixing,
  type ReportedTrial,
  type SoupCoefficient,
  type SoupTrial,
  soupCoefficient,
  soupTrial,
  untimed,
} from './trace.js';

/** Methods that find out by scores what to mix, or mix no weights. */
type FindingName = Exclude<SoupParameters['method'], MixingMethodName | ExampleMethodName>;
type ParametersOf<Name extends FindingName> = Extract<SoupParameters, { method: Name }>;

const finding: { readonly [Name in FindingName]: SoupMethod<ParametersOf<Name>> } = {
  greedy,
  greedier,
  pruned,
  learned,
  'logit-ensemble': logitEnsemble,
  'greedy-ensemble': greedyEnsemble,
};

/** Finds what is mixed by the method that its parameters name. */
export function findSoup<Name extends FindingName>(
  method: Name,
  parameters: ParametersOf<Name>,
  kitchen: Kitchen,
): Promise<Soup> {
  return finding[method].cook(parameters, kitchen);
}
