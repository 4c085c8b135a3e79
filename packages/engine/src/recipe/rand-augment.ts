/** @file RandAugment as a recipe names it: timm's words, such as `rand-m9-mstd0.5-inc1`. */

export interface RandAugmentPolicy {
  /** How strong an operation is, 0 … 30. */
  readonly magnitude: number;
  /** How many operations an image goes through, drawn with replacement. */
  readonly operations: number;
  /** Deviation of the magnitude, drawn anew for each operation; 'uniform' for anything from 0 to the magnitude. */
  readonly deviation: number | 'uniform';
  /** What the magnitude is cut off at. */
  readonly largest: number;
  /** Whether the set of operations is used whose strength grows with the magnitude throughout. */
  readonly increasing: boolean;
  /** How likely an operation is to be done once it is drawn. */
  readonly probability: number;
}

interface Section {
  readonly form: RegExp;
  readonly least: number;
  readonly most: number;
  set(value: number): Partial<RandAugmentPolicy>;
}

const whole = /^\d+$/;
const decimal = /^\d+(?:\.\d+)?$/;

/** The sections by the letters that a section begins with. */
const SECTIONS: Readonly<Record<string, Section>> = {
  m: { form: whole, least: 0, most: 30, set: (magnitude) => ({ magnitude }) },
  n: { form: whole, least: 0, most: 20, set: (operations) => ({ operations }) },
  // timm draws uniformly for a deviation above 100; the word for it is mstd101 there too.
  mstd: { form: decimal, least: 0, most: 1000, set: (value) => ({ deviation: value > 100 ? 'uniform' : value }) },
  mmax: { form: whole, least: 1, most: 30, set: (largest) => ({ largest }) },
  inc: { form: whole, least: 0, most: 1, set: (value) => ({ increasing: value === 1 }) },
  p: { form: decimal, least: 0, most: 1, set: (probability) => ({ probability }) },
};

/** timm's own values of what a word leaves out. */
const DEFAULTS: RandAugmentPolicy = {
  magnitude: 10,
  operations: 2,
  deviation: 0,
  largest: 10,
  increasing: false,
  probability: 0.5,
};

/**
 * Reads a word of the form `rand-m9-n2-mstd0.5-inc1`: sections in any order, each at most once.
 *
 * @returns the policy, or what is wrong with the word.
 */
export function parseRandAugment(word: string): RandAugmentPolicy | { readonly problem: string } {
  const [head, ...sections] = word.split('-');
  if (head !== 'rand' || sections.length === 0) return { problem: `'${word}' does not begin with 'rand-'` };
  const seen = new Set<string>();
  let policy = DEFAULTS;
  for (const section of sections) {
    const letters = /^[a-z]*/.exec(section)?.[0] ?? '';
    const known = Object.hasOwn(SECTIONS, letters) ? SECTIONS[letters] : undefined;
    if (known === undefined) {
      return { problem: `'${section}' is none of its sections, which are ${Object.keys(SECTIONS).join(', ')}` };
    }
    if (seen.has(letters)) return { problem: `its section '${letters}' is given twice` };
    seen.add(letters);
    const text = section.slice(letters.length);
    const value = Number(text);
    if (!known.form.test(text) || value < known.least || value > known.most) {
      const kind = known.form === whole ? 'a whole number' : 'a number';
      return { problem: `'${section}' should be '${letters}' and ${kind} from ${known.least} to ${known.most}` };
    }
    policy = { ...policy, ...known.set(value) };
  }
  return policy;
}
