/** A differentiable function of many variables: writes its gradient at x into the target and returns its value. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsResult {
  readonly x: Float64Array;
  readonly value: number;
  readonly iterations: number;
  /** Largest component of the gradient where it stopped. */
  readonly gradient: number;
}

const MEMORY = 10;

export interface LbfgsOptions {
  /** Where no component of the gradient is larger, the search ends. */
  readonly tolerance?: number;
  readonly iterations?: number;
}

/**
 * Minimises a convex smooth function by L-BFGS (Nocedal and Wright, Numerical Optimization, 2nd edition, algorithm 7.5) with
 * Armijo's backtracking. Deterministic. Stops where no component of the gradient exceeds the tolerance, where no step lowers
 * the value any more, or after `iterations`.
 */
export function lbfgs(objective: Objective, start: Float64Array, options: LbfgsOptions = {}): LbfgsResult {
  const search = lbfgsSearch(start, options);
  let turn = search.next();
  while (!turn.done) {
    const gradient = new Float64Array(start.length);
    const value = objective(turn.value, gradient);
    turn = search.next({ value, gradient });
  }
  return turn.value;
}

/** What a search asks for at a point: the value there and the gradient, which it keeps. */
export interface Evaluated {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** As `lbfgs`, giving each point at which it needs the function: whoever drives it may take time for the answer. */
export function* lbfgsSearch(
  start: Float64Array,
  { tolerance = 1e-9, iterations = 1000 }: LbfgsOptions = {},
): Generator<Float64Array, LbfgsResult, Evaluated> {
  let x = Float64Array.from(start);
  let { value, gradient } = yield x;
  const history: { s: Float64Array; y: Float64Array; rho: number }[] = [];
  let iteration = 0;
  for (; iteration < iterations && largest(gradient) > tolerance; iteration++) {
    const direction = twoLoops(gradient, history);
    const slope = dot(direction, gradient);
    // The first direction is the gradient itself, whose length says nothing about a good step.
    let step = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
    let next = x;
    let there: Evaluated = { value: Number.POSITIVE_INFINITY, gradient };
    for (; step > 1e-20; step /= 2) {
      next = x.map((component, i) => component + step * (direction[i] ?? 0));
      there = yield next;
      if (there.value <= value + 1e-4 * step * slope) break;
    }
    if (!(there.value < value)) break;
    const s = next.map((component, i) => component - (x[i] ?? 0));
    const y = there.gradient.map((component, i) => component - (gradient[i] ?? 0));
    const curvature = dot(s, y);
    if (curvature > 0) history.push({ s, y, rho: 1 / curvature });
    if (history.length > MEMORY) history.shift();
    x = next;
    ({ value, gradient } = there);
  }
  return { x, value, iterations: iteration, gradient: largest(gradient) };
}

/** −H·gradient, H the inverse Hessian that the last steps suggest. */
function twoLoops(
  gradient: Float64Array,
  history: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[],
): Float64Array {
  const q = gradient.map((component) => -component);
  const alphas = history.map(() => 0);
  for (let i = history.length - 1; i >= 0; i--) {
    const pair = history[i];
    if (pair === undefined) continue;
    const alpha = pair.rho * dot(pair.s, q);
    alphas[i] = alpha;
    for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) - alpha * (pair.y[j] ?? 0);
  }
  const last = history.at(-1);
  const scale = last === undefined ? 1 : 1 / (last.rho * dot(last.y, last.y));
  for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) * scale;
  for (const [i, { s, y, rho }] of history.entries()) {
    const factor = (alphas[i] ?? 0) - rho * dot(y, q);
    for (let j = 0; j < q.length; j++) q[j] = (q[j] ?? 0) + factor * (s[j] ?? 0);
  }
  return q;
}

function dot(left: Float64Array, right: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < left.length; i++) sum += (left[i] ?? 0) * (right[i] ?? 0);
  return sum;
}

function largest(values: Float64Array): number {
  return values.reduce((found, value) => Math.max(found, Math.abs(value)), 0);
}
