import { z } from 'zod';
import { SoupError } from '../errors.js';
import { solvePositive } from './cholesky.js';
import { type InformedMethod, measuredOf } from './statistics.js';

export const regmeanSchema = z.strictObject({
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe(
      'What the off-diagonal numbers of the Gram matrices are multiplied by; below 1 makes them well conditioned.',
    ),
});

/**
 * RegMean: of each linear layer the weight W [outputs, inputs] that comes closest, in squares, to what every ingredient's own
 * layer makes of its own inputs X_i: W·Σ G_i = Σ W_i·G_i with the Gram matrices G_i = X_iᵀ X_i. Everything without a Gram
 * matrix, the non-linear parameters, gets the plain mean; so do the weights on inputs that were 0 in all the data.
 */
export const regmean: InformedMethod<z.output<typeof regmeanSchema>> = {
  title: 'RegMean',
  source: 'Jin et al. 2023, "Dataless knowledge fusion by merging weights of language models", arXiv 2212.09849',
  bind({ alpha }, members, statistics) {
    return {
      mix({ name, shape, members: tensors }) {
        const width = shape.at(-1) ?? 1;
        const grams = measuredOf(statistics, members, name, width * width);
        const mean = plainMean(tensors);
        if (grams === null || mean.length === 0) return mean;
        if (shape.length !== 2) {
          throw new SoupError(
            `"${name}" has ${shape.length} axes, but a Gram matrix belongs to a linear layer's weight, which has 2.`,
            'Give Gram matrices of linear layers only.',
          );
        }
        return solve(name, tensors, grams, mean, width, alpha);
      },
    };
  },
};

function solve(
  name: string,
  weights: readonly Float64Array[],
  grams: readonly Float64Array[],
  mean: Float64Array,
  width: number,
  alpha: number,
): Float64Array {
  const outputs = mean.length / width;
  const total = new Float64Array(width * width);
  // Transposed, [inputs, outputs], as the solver wants it.
  const right = new Float64Array(width * outputs);
  for (const [member, gram] of grams.entries()) {
    const scaled = scaledGram(gram, width, alpha);
    for (let at = 0; at < total.length; at++) total[at] = (total[at] as number) + (scaled[at] as number);
    addProduct(right, scaled, weights[member] ?? new Float64Array(), width, outputs);
  }
  const seen = Array.from({ length: width }, (_, i) => i).filter((i) => (total[i * width + i] as number) > 0);
  const n = seen.length;
  if (n === 0) return mean;
  const a = Float64Array.from(
    { length: n * n },
    (_, at) => total[(seen[Math.floor(at / n)] as number) * width + (seen[at % n] as number)] as number,
  );
  const b = Float64Array.from(
    { length: n * outputs },
    (_, at) => right[(seen[Math.floor(at / outputs)] as number) * outputs + (at % outputs)] as number,
  );
  const solution = solvePositive(a, n, b, outputs);
  if (!(solution instanceof Float64Array)) {
    throw new SoupError(
      `The Gram matrices of "${name}" leave input ${seen[solution.pivot]} undetermined: it is a combination of others.`,
      'Take alpha below 1, or measure on more data.',
    );
  }
  const result = mean.slice();
  for (const [row, input] of seen.entries()) {
    for (let out = 0; out < outputs; out++) result[out * width + input] = solution[row * outputs + out] as number;
  }
  return result;
}

/** Made symmetric, which a Gram matrix is but for its rounding, and with its off-diagonal numbers times alpha. */
function scaledGram(gram: Float64Array, width: number, alpha: number): Float64Array {
  return gram.map((value, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return i === j ? value : (alpha * (value + (gram[j * width + i] as number))) / 2;
  });
}

/** right [inputs, outputs] += gram · weightᵀ. */
function addProduct(
  right: Float64Array,
  gram: Float64Array,
  weight: Float64Array,
  width: number,
  outputs: number,
): void {
  for (let i = 0; i < width; i++) {
    for (let out = 0; out < outputs; out++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += (gram[i * width + j] as number) * (weight[out * width + j] as number);
      right[i * outputs + out] = (right[i * outputs + out] as number) + sum;
    }
  }
}

function plainMean(tensors: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(tensors[0]?.length ?? 0);
  for (let at = 0; at < mean.length; at++) {
    let sum = 0;
    for (const tensor of tensors) sum += tensor[at] as number;
    mean[at] = sum / tensors.length;
  }
  return mean;
}
