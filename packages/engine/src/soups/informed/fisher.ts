import { z } from 'zod';
import { SoupError } from '../errors.js';
import { sharesOf, weights } from '../mixing-parameters.js';
import { type InformedMethod, measuredOf } from './statistics.js';

export const fisherSchema = z.strictObject({
  weights: weights.exactOptional(),
  floor: z
    .number()
    .min(0)
    .default(1e-6)
    .describe('The least that a Fisher number counts, so that a weight no ingredient needs is still their mean.'),
  normalise: z
    .boolean()
    .default(false)
    .describe('Divide the Fisher numbers of each ingredient by their mean over the whole model first.'),
});

const title = 'Fisher-weighted mean';

/**
 * Σ λ_i F_i ⊙ θ_i / Σ λ_i F_i, F_i the diagonal of the Fisher information of ingredient i: a weight is taken from those whose
 * predictions depend on it. A tensor of which nothing was measured gets the mean with shares λ_i.
 */
export const fisher: InformedMethod<z.output<typeof fisherSchema>> = {
  title,
  source: 'Matena and Raffel 2022, "Merging models with Fisher-weighted averaging", arXiv 2111.09832',
  bind(parameters, members, statistics) {
    const { floor } = parameters;
    const shares = sharesOf(parameters.weights, members, title);
    const scales = shares.map((_, member) => (parameters.normalise ? scaleOf(statistics.mean(member), member) : 1));
    return {
      mix(input) {
        const { name } = input;
        const length = input.members[0]?.length ?? 0;
        const measured = measuredOf(statistics, members, name, length);
        const result = new Float64Array(length);
        for (let at = 0; at < length; at++) {
          let sum = 0;
          let total = 0;
          for (let i = 0; i < members; i++) {
            const information = measured === null ? 1 : (measured[i]?.[at] as number) * (scales[i] as number);
            if (information < 0) throw negative(name, i);
            const weight = (shares[i] as number) * Math.max(information, floor);
            sum += weight * (input.members[i]?.[at] as number);
            total += weight;
          }
          if (total === 0) throw nothing(name);
          result[at] = sum / total;
        }
        return result;
      },
    };
  },
};

function scaleOf(mean: number, member: number): number {
  if (mean > 0 && Number.isFinite(mean)) return 1 / mean;
  throw new SoupError(
    `The Fisher numbers of ingredient ${member} have the mean ${mean}, by which none can be normalised.`,
    'Measure them on data from which the model learns something, or set normalise: false.',
  );
}

function negative(name: string, member: number): SoupError {
  return new SoupError(
    `A Fisher number of "${name}" of ingredient ${member} is negative; a mean of squares never is.`,
    'Measure the Fisher information again.',
  );
}

function nothing(name: string): SoupError {
  return new SoupError(
    `No ingredient has any Fisher information on an element of "${name}", and the floor is 0.`,
    'Set a floor above 0.',
  );
}
