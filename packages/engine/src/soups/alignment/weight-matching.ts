import { numbersOf, type Tensor } from '../../graph/tensor.js';
import { SoupError } from '../errors.js';
import { bestAssignment } from './assignment.js';
import { permute, strides, tensorOf } from './permute.js';
import type { Permutations, SymmetricAxis, SymmetryGroup } from './symmetries.js';

export interface MatchingOptions {
  /** Times that all groups are gone through, at most; 100 unless said otherwise. */
  readonly maxSweeps?: number;
  /** Called before each group, so that long work can stop. */
  readonly signal?: AbortSignal;
}

export interface Matching {
  /** The order in which the units of `other` come closest to those of `reference`, for every group. */
  readonly permutations: Permutations;
  /** Σ ⟨reference, permuted other⟩ over all tensors with symmetries: at first, then after each sweep. It never falls. */
  readonly objective: readonly number[];
  /** Whether the last sweep changed nothing. False: `maxSweeps` was reached. */
  readonly converged: boolean;
}

/**
 * Git Re-Basin's weight matching (Ainsworth, Hayase and Srinivasa 2023, arXiv 2209.04836, algorithm 1): one group after the
 * other gets the order that maximises the inner product of the two models with all other groups held, a linear assignment
 * problem, until nothing changes any more. Every step raises the objective or leaves it, so it ends; where it ends depends
 * on where it begins, so it is done twice, from the first group on and from the last on, and the better end is taken.
 * The paper goes through the groups in random order; here nothing is drawn.
 *
 * @throws SoupError for tensors that are missing or of another shape than the groups say
 */
export function weightMatching(
  groups: readonly SymmetryGroup[],
  reference: ReadonlyMap<string, Tensor>,
  other: ReadonlyMap<string, Tensor>,
  options: MatchingOptions = {},
): Matching {
  const [first, second] = [groups, [...groups].reverse()].map((order) => match(order, reference, other, options));
  if (first === undefined || second === undefined) throw new Error('Two searches gave fewer than two results.');
  return (second.objective.at(-1) ?? 0) > (first.objective.at(-1) ?? 0) ? second : first;
}

function match(
  groups: readonly SymmetryGroup[],
  reference: ReadonlyMap<string, Tensor>,
  other: ReadonlyMap<string, Tensor>,
  { maxSweeps = 100, signal }: MatchingOptions,
): Matching {
  const permutations = new Map(groups.map(({ name, units }) => [name, identity(units)]));
  const names = [...new Set(groups.flatMap(({ axes }) => axes.map(({ tensor }) => tensor)))];
  const fixed = inF64(names, reference);
  let moved = inF64(names, other);
  const objective = [innerProduct(fixed, moved)];
  let converged = false;
  while (!converged && objective.length <= maxSweeps) {
    converged = true;
    for (const group of groups) {
      signal?.throwIfAborted();
      const gains = gainsOf(group, fixed, moved);
      const order = bestAssignment(gains, group.units);
      // An order that is no better is left alone, so that ties cannot go round in circles.
      if (!(gainOf(gains, order) > gainOf(gains, identity(group.units)))) continue;
      converged = false;
      moved = permute(moved, [group], new Map([[group.name, order]]));
      const before = permutations.get(group.name) ?? order;
      permutations.set(
        group.name,
        order.map((unit) => before[unit] as number),
      );
    }
    objective.push(innerProduct(fixed, moved));
  }
  return { permutations, objective, converged };
}

const identity = (units: number) => Uint32Array.from({ length: units }, (_, unit) => unit);

function inF64(names: readonly string[], tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map(
    names.map((name) => {
      const tensor = tensors.get(name);
      if (tensor !== undefined) return [name, { dtype: 'f64', shape: tensor.shape, data: numbersOf(tensor) }];
      throw new SoupError(
        `A checkpoint has no tensor "${name}", which has to be put in order.`,
        'Align checkpoints of the architecture that they say they have.',
      );
    }),
  );
}

/** [units, units]: how much of the objective it brings to put unit j of `other` in place i. */
function gainsOf(
  { units, axes }: SymmetryGroup,
  reference: ReadonlyMap<string, Tensor>,
  other: ReadonlyMap<string, Tensor>,
): Float64Array {
  const gains = new Float64Array(units * units);
  for (const place of axes) {
    const left = unitRows(tensorOf(reference, place, units), place, units);
    const right = unitRows(tensorOf(other, place, units), place, units);
    addProducts(gains, left, right, units);
  }
  return gains;
}

/** gains[i, j] += ⟨row i of left, row j of right⟩; four sums at a time, because one alone waits for each addition. */
function addProducts(gains: Float64Array, left: Float64Array, right: Float64Array, units: number): void {
  const width = left.length / units;
  const add = (i: number, j: number, sum: number) => {
    if (j < units) gains[i * units + j] = (gains[i * units + j] as number) + sum;
  };
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < units; j += 4) {
      let [first, second, third, fourth] = [0, 0, 0, 0];
      // Behind the last row the last is read again, and not added.
      const rows = [0, 1, 2, 3].map((more) => Math.min(j + more, units - 1) * width);
      const [a = 0, b = 0, c = 0, d = 0] = rows;
      const start = i * width;
      for (let at = 0; at < width; at++) {
        const value = left[start + at] as number;
        first += value * (right[a + at] as number);
        second += value * (right[b + at] as number);
        third += value * (right[c + at] as number);
        fourth += value * (right[d + at] as number);
      }
      for (const [more, sum] of [first, second, third, fourth].entries()) add(i, j + more, sum);
    }
  }
}

/** All numbers of a tensor that belong to a unit, one row for each unit. */
function unitRows(tensor: Tensor, { axis, outer, inner }: SymmetricAxis, units: number): Float64Array {
  const { before, behind } = strides(tensor, axis);
  const run = inner * behind;
  const blocks = before * outer;
  const rows = new Float64Array(tensor.data.length);
  const data = numbersOf(tensor);
  for (let block = 0; block < blocks; block++) {
    for (let unit = 0; unit < units; unit++) {
      const from = (block * units + unit) * run;
      rows.set(data.subarray(from, from + run), (unit * blocks + block) * run);
    }
  }
  return rows;
}

function gainOf(gains: Float64Array, order: Uint32Array): number {
  return order.reduce((sum, column, row) => sum + (gains[row * order.length + column] as number), 0);
}

function innerProduct(left: ReadonlyMap<string, Tensor>, right: ReadonlyMap<string, Tensor>): number {
  let sum = 0;
  for (const [name, tensor] of left) {
    const other = right.get(name);
    if (other === undefined) continue;
    const [a, b] = [numbersOf(tensor), numbersOf(other)];
    for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  }
  return sum;
}
