import { deltaMethods } from './delta/index.js';
import { mixingMethods } from './methods/index.js';

/** The order and the words in which docs/mixing-methods.md lists defaults. */
const words: readonly (readonly [parameter: string, words: (value: unknown) => string])[] = [
  ['gamma', (value) => `γ ${value}`],
  ['density', (value) => `density ${value}`],
  ['trim', (value) => `trim by ${value}`],
  ['epsilon', (value) => `ε ${value}`],
  ['lambda', (value) => `λ ${value}`],
  ['merge', (value) => `${value}`],
  ['rescale', (value) => (value === 'none' ? '' : `rescale ${value}`)],
  ['tie', (value) => `tie ${value}`],
];

/** The defaults of a delta method as the page words them, and those of mergekit that differ; null for other methods. */
export function methodDefaults(name: string): { readonly paper: string | null; readonly differences: string } {
  if (!(name in deltaMethods)) return { paper: null, differences: '' };
  const [paper = {}, mergekit = {}] = ['paper', 'mergekit'].map((compat) => mixingMethods[name]?.complete({ compat }));
  const list = (found: Readonly<Record<string, unknown>>, without: Readonly<Record<string, unknown>>) =>
    words
      .filter(([parameter]) => parameter in found && found[parameter] !== without[parameter])
      .map(([parameter, say]) => say(found[parameter]))
      .filter((text) => text !== '')
      .join(', ');
  return { paper: list(paper, {}), differences: list(mergekit, paper) };
}
