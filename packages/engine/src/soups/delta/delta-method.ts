import { MethodParameterError } from '../errors.js';
import { firstFor } from '../methods/by-pattern.js';
import { defineMethod, type MethodEntry } from '../methods/method-entry.js';
import type { LinearShares, MixInput } from '../mixing.js';
import { type Compat, weightsOf } from '../mixing-parameters.js';
import { balanceOf, type Combination, combine } from './combine.js';
import { orderlessSum } from './exact-sum.js';
import { type DeltaSchema, type DeltaSettings, deltaOptions, deltaParameters, settingsOf } from './parameters.js';
import { keepAll, type Sparsify } from './sparsify.js';
import { stockOf, taskVectors } from './task-vectors.js';

interface DeltaMethod extends DeltaSchema {
  readonly title: string;
  readonly source: string;
  readonly formula: string;
  /** What follows `stockpot soup`. */
  readonly example: string;
  readonly sparsify: Sparsify;
  /** How many of the numbers of a whole change are kept, where that is so. */
  readonly keeps?: (settings: DeltaSettings, compat: Compat) => ((numbers: number) => number) | undefined;
  readonly elect: boolean;
}

/**
 * A method that makes the task vectors sparse, each by itself, and adds them up. Random numbers come from a stream for each
 * ingredient (its position) and tensor name, so neither chunks nor threads nor the other tensors change them.
 */
export function deltaMethod(method: DeltaMethod): MethodEntry {
  const { title, source, formula, example, sparsify, elect, random } = method;
  return defineMethod({
    ...{ title, source, formula, example, random },
    parameters: deltaParameters(method),
    options: deltaOptions(method),
    needsBase: true,
    least: 1,
    bind(parameters, members) {
      const { compat } = parameters;
      const weights = weightsOf(parameters.weights, members, title);
      const settings = settingsOf(parameters);
      if (elect && compat === 'paper' && weights.some((weight) => weight <= 0)) {
        throw new MethodParameterError(
          'weights',
          `${title} elects signs by weighted changes, but its weights are ${weights.join(', ')}.`,
          'Give weights above 0; to subtract what ingredients learned, take a negative lambda.',
        );
      }
      if (!elect && compat === 'paper' && settings.merge === 'mean' && Math.abs(sumOf(weights)) < 1e-8) {
        throw new MethodParameterError(
          'weights',
          `${title} divides by the sum of its weights, which is ${sumOf(weights)}.`,
          "Take other weights, or merge: 'sum'.",
        );
      }
      const { layers = [] } = parameters;
      const several = layers.find(({ shares }) => shares.length !== 1);
      if (several !== undefined) {
        throw new MethodParameterError(
          'layers',
          `${title} has one lambda, and '${several.tensors}' was given ${several.shares.length} numbers.`,
          "Write it as 'blocks.0.*=0.2'.",
        );
      }
      const rowOf = firstFor(layers);
      const combination: Combination = { ...settings, weights, compat, elect };
      const combinationOf = (name: string): Combination => {
        const lambda = rowOf(name)?.shares[0];
        return lambda === undefined ? combination : { ...combination, lambda };
      };
      const linear = sparsify === keepAll && !elect;
      const keeps = method.keeps?.(settings, compat);
      const sparse = ({ name, shape, random, cuts, members }: MixInput, base: Float64Array) =>
        taskVectors(base, members).map((vector, index) => {
          const stream = random.fork(index, name);
          const context = { name, shape, compat, draw: () => stream.uniform() };
          const cut = cuts?.[index];
          return sparsify(vector, settings, cut === undefined ? context : { ...context, cut });
        });
      const balance = (input: MixInput) => {
        const base = stockOf(input, title);
        return balanceOf(base.length, sparse(input, base), combination);
      };
      const byMajority = elect && settings.tie === 'majority';
      return {
        ...(linear ? { elementwise: true, linear: (name: string) => linearShares(combinationOf(name)) } : {}),
        ...(keeps === undefined ? {} : { keeps }),
        ...(byMajority ? { balance } : {}),
        mix(input: MixInput) {
          const base = stockOf(input, title);
          const { majority, name } = input;
          const own = combinationOf(name);
          return combine(base, sparse(input, base), majority === undefined ? own : { ...own, majority });
        },
      };
    },
  });
}

/** θ_0 + λ Σ w_i (θ_i − θ_0) as shares of the stock and of the ingredients. */
function linearShares({ weights, lambda, merge }: Combination): LinearShares {
  const total = sumOf(weights);
  const factor = merge === 'mean' && Math.abs(total) >= 1e-8 ? lambda / total : lambda;
  const members = weights.map((weight) => factor * weight);
  const terms = Float64Array.of(1, ...members.map((share) => -share));
  return { members, base: orderlessSum(terms, terms.length), divisor: 1 };
}

function sumOf(weights: readonly number[]): number {
  return orderlessSum(Float64Array.from(weights), weights.length);
}
