import { ints } from '../attributes.js';
import { defineOperator, standard } from './definition.js';

/** Output axis i is input axis perm[i]. */
export const transpose = defineOperator({
  onnx: standard('Transpose', 13),
  arity: [1, 1],
  attributes: { perm: ints() },
  infer(context) {
    const { dtype, shape } = context.input(0);
    const { perm } = context.attributes;
    const sorted = [...perm].sort((a, b) => a - b);
    if (perm.length !== shape.length || sorted.some((axis, i) => axis !== i)) {
      return context.fail(`perm [${perm.join(', ')}] is not a permutation of the ${shape.length} axes`);
    }
    return [{ dtype, shape: perm.map((axis) => shape[axis] ?? 0) }];
  },
});
