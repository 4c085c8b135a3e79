/** @file Holds what a certificate says of models inside of its ingredients against the certificates of these. */
import { type CertifiedInput, effectiveCoefficients, equalNumbers, type SoupCertificate } from './certificate.js';

/** A certificate of an input, or of what an input was made of. */
export interface KnownCertificate {
  /** Of the soup that it certifies. */
  readonly content: string;
  readonly certificate: SoupCertificate;
  /** It lies in the soup's own file, where whoever mixed it had to see it. */
  readonly within: boolean;
}

export interface EffectiveFindings {
  /** Sentences; empty where nothing is wrong. */
  readonly problems: readonly string[];
  /** Names of soups that were taken apart by certificates that are not there now. */
  readonly unchecked: readonly string[];
}

type Effective = NonNullable<SoupCertificate['effective']>;

/** More ways to read the same inputs than this are not gone through: equal weights that were mixed differently are rare. */
const MOST_READINGS = 256;

/**
 * Computes what the models that were never soups themselves count in a soup, from its coefficients and the certificates of
 * its ingredients; and the same of every soup that it was made of.
 */
export function effectiveProblems(
  certificate: SoupCertificate,
  known: readonly KnownCertificate[],
  whose = 'Its certificate',
  seen: ReadonlySet<string> = new Set(),
): EffectiveFindings {
  const { mixing, coefficients, effective, ingredients, base } = certificate;
  const inputs = base === null ? ingredients : [...ingredients, base];
  if ((mixing === 'linear') !== (effective !== null)) {
    const problem = `${whose} ${effective === null ? 'does not say what models inside of its inputs count, though its mixing is linear' : `says what models inside of its inputs count, though its mixing is ${mixing}`}.`;
    return { problems: [problem], unchecked: [] };
  }
  const nested = nestedProblems(inputs, known, seen);
  if (effective === null) return nested;
  const readings = inputs.map((input) => readingsOf(input, known, effective));
  const missing = inputs.filter((_, index) => readings[index]?.length === 0).map(({ name }) => name);
  if (missing.length > 0) return { problems: nested.problems, unchecked: [...missing, ...nested.unchecked] };
  const possible = products(readings).map((choice) => effectiveCoefficients(coefficients, inputs, choice));
  if (possible.some((computed) => differences(effective, computed).length === 0)) return nested;
  const [computed = []] = possible;
  const problems = differences(effective, computed).map(
    ({ name, content, claimed, found }) =>
      `${whose} says that ${name} (${content.slice(0, 12)}…) counts ${claimed} once soups among its inputs are taken apart, where by their certificates it counts ${found}.`,
  );
  return { problems: [...problems, ...nested.problems], unchecked: nested.unchecked };
}

/** The same of soups among the inputs, whose word the soup's own coefficients rest on. */
function nestedProblems(
  inputs: readonly CertifiedInput[],
  known: readonly KnownCertificate[],
  seen: ReadonlySet<string>,
): EffectiveFindings {
  const problems = new Set<string>();
  const unchecked = new Set<string>();
  for (const { name, content } of inputs) {
    // The mean of one model is that model: a soup may be its own ingredient.
    if (seen.has(content)) continue;
    for (const { certificate } of known.filter((one) => one.content === content)) {
      const found = effectiveProblems(certificate, known, `The certificate of ${name}`, new Set([...seen, content]));
      for (const problem of found.problems) problems.add(problem);
      for (const soup of found.unchecked) unchecked.add(soup);
    }
  }
  return { problems: [...problems], unchecked: [...unchecked] };
}

/** By which certificate an input may have been taken apart, null for not at all; none where that one is not known here. */
function readingsOf(
  { content }: CertifiedInput,
  known: readonly KnownCertificate[],
  effective: Effective,
): readonly (SoupCertificate | null)[] {
  const own = known.filter((one) => one.content === content);
  const distinct = new Map(own.map(({ certificate }) => [JSON.stringify(certificate.effective), certificate]));
  const whole = effective.some((part) => part.content === content) && !own.some(({ within }) => within);
  return [...distinct.values(), ...(whole ? [null] : [])];
}

/** Every choice of one from each list, up to a bound. */
function products<Item>(lists: readonly (readonly Item[])[]): Item[][] {
  return lists.reduce<Item[][]>(
    (choices, list) => choices.flatMap((choice) => list.map((item) => [...choice, item])).slice(0, MOST_READINGS),
    [[]],
  );
}

function differences(claimed: Effective, computed: Effective) {
  const all = new Map([...claimed, ...computed].map(({ name, content }) => [content, name]));
  return [...all].flatMap(([content, name]) => {
    const pair = [claimed, computed].map((list) => sumOf(list, content));
    const [said = 0, found = 0] = pair;
    return equalNumbers([said], [found]) ? [] : [{ name, content, claimed: said, found }];
  });
}

function sumOf(list: Effective, content: string): number {
  return list.filter((part) => part.content === content).reduce((sum, { coefficient }) => sum + coefficient, 0);
}
