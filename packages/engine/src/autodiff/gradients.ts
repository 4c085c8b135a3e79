import { isFloat } from '../graph/dtype.js';
import {
  type GraphBuilder,
  type GraphNode,
  type NodeOf,
  type OperatorName,
  showShape,
  sizeOf,
  type Value,
} from '../graph/index.js';
import { GradientError } from './errors.js';
import { GradientContext, type GradientRule, type NotDifferentiable } from './rule.js';
import { gradientTable } from './table.js';

/**
 * Appends to `builder` the nodes that compute d loss / d w for every w, by reverse accumulation over the nodes so far, and
 * returns those gradients in the order of `wrt`, each with the shape and dtype of its w. `loss` has one element. A w may be
 * an input, a parameter or any intermediate value. Throws GradientError when the loss does not depend on a w, or depends on
 * it only through an operator that is not differentiable.
 */
export function gradients(builder: GraphBuilder, loss: Value, wrt: readonly Value[]): Value[] {
  if (sizeOf(loss.shape) !== 1) {
    throw new GradientError(
      `The loss has shape ${showShape(loss.shape)}, not one element.`,
      'Reduce it to one number with reduceMean first.',
    );
  }
  const wrong = wrt.find((value) => !isFloat(value.dtype));
  if (wrong !== undefined)
    throw new GradientError(
      `"${wrong.name}" is ${wrong.dtype}, which has no gradient.`,
      'Ask for gradients of floats only.',
    );

  return partialGradients(builder, loss, wrt).map((gradient, i) => {
    if (gradient !== null) return gradient;
    throw new GradientError(
      `The loss does not depend on "${wrt[i]?.name}" in a differentiable way.`,
      'Leave it out, or freeze it.',
    );
  });
}

/** The gradients of a scalar, null by those values that it does not depend on. */
function partialGradients(builder: GraphBuilder, loss: Value, wrt: readonly Value[]): (Value | null)[] {
  const forward = [...builder.nodes];
  const dependent = dependents(forward, wrt);
  const accumulated = new Map<Value, Value>();
  accumulated.set(loss, builder.constant(1, loss.dtype, loss.shape));

  for (const node of forward.reverse()) {
    const arriving = node.outputs.map((output) => accumulated.get(output) ?? null);
    if (arriving.every((gradient) => gradient === null)) continue;
    const needed = node.inputs.map((input) => input !== null && dependent.has(input) && isFloat(input.dtype));
    if (!needed.includes(true)) continue;
    const leaving = applyRule(builder, node, arriving, needed);
    for (const [i, gradient] of leaving.entries()) {
      const input = node.inputs[i];
      if (!needed[i] || gradient === null || input === null || input === undefined) continue;
      const before = accumulated.get(input);
      accumulated.set(input, before === undefined ? gradient : builder.add(before, gradient));
    }
  }

  return wrt.map((value) => accumulated.get(value) ?? null);
}

/** The values that depend on some w, and so may carry its gradient. */
function dependents(nodes: readonly GraphNode[], wrt: readonly Value[]): Set<Value> {
  const dependent = new Set<Value>(wrt);
  for (const node of nodes) {
    if (node.operator === 'StopGradient') continue;
    if (node.inputs.some((input) => input !== null && dependent.has(input))) {
      for (const output of node.outputs) dependent.add(output);
    }
  }
  return dependent;
}

function applyRule(
  builder: GraphBuilder,
  node: GraphNode,
  arriving: readonly (Value | null)[],
  needed: readonly boolean[],
): readonly (Value | null)[] {
  return applyTyped(builder, node.operator, node, arriving, needed);
}

/** The table pairs each operator with the rule for its own nodes, which `K` states for the compiler. */
function applyTyped<K extends OperatorName>(
  builder: GraphBuilder,
  operator: K,
  node: NodeOf<OperatorName>,
  arriving: readonly (Value | null)[],
  needed: readonly boolean[],
): readonly (Value | null)[] {
  const row: GradientRule<K> | NotDifferentiable = gradientTable[operator];
  if (typeof row !== 'function') {
    throw new GradientError(`${operator} stands between the loss and its parameters.`, row.notDifferentiable);
  }
  return row(new GradientContext(builder, node as NodeOf<K>, arriving, needed, partialGradients));
}
