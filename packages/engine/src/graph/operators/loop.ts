import { graphAttribute, int } from '../attributes.js';
import { sameShape, showShape } from '../shape.js';
import type { TensorType } from '../tensor.js';
import { defineOperator, standard } from './definition.js';

/**
 * Runs the graph `body` `turns` times, one turn after the other, so that what a turn computes is freed before the next
 * begins. Operands: `carried` values, which the body's first outputs replace from turn to turn; `scanned` values, of which
 * turn i sees row i of the first axis; the others are the same in every turn. Further outputs of the body are stacked.
 *
 * In ONNX the body counts its turns itself and refers to outer values by name, so a Loop that somebody else wrote is not
 * read back.
 */
export const loop = defineOperator({
  onnx: standard('Loop', 19),
  arity: [0, Number.MAX_SAFE_INTEGER],
  writeOnly: true,
  attributes: { turns: int(), carried: int(), scanned: int(), body: graphAttribute() },
  infer(context): readonly TensorType[] {
    const { turns, carried, scanned, body } = context.attributes;
    if (turns < 1) return context.fail(`A loop of ${turns} turns yields nothing`);
    if (body.inputs.length !== context.inputs.length) {
      return context.fail(`The body takes ${body.inputs.length} operands`);
    }
    for (const [i, wanted] of body.inputs.entries()) {
      const given = context.input(i);
      const isRow = i >= carried && i < carried + scanned;
      if (isRow && given.shape[0] !== turns) context.fail(`Operand ${i} must have one row for each of ${turns} turns`);
      const seen = isRow ? { ...given, shape: given.shape.slice(1) } : given;
      if (!sameType(seen, wanted)) context.fail(`The body's "${wanted.name}" is ${show(wanted)}, not ${show(seen)}`);
    }
    const outputs = body.outputs.map(({ value }) => value);
    for (let i = 0; i < carried; i++) {
      const next = outputs[i];
      const now = context.input(i);
      if (next === undefined) return context.fail(`The body gives no next value for carried operand ${i}`);
      if (!sameType(next, now)) context.fail(`Carried operand ${i} is ${show(now)}, but the body gives ${show(next)}`);
    }
    return outputs.map(({ dtype, shape }, i) => ({ dtype, shape: i < carried ? shape : [turns, ...shape] }));
  },
});

function sameType(left: TensorType, right: TensorType): boolean {
  return left.dtype === right.dtype && sameShape(left.shape, right.shape);
}

function show({ dtype, shape }: TensorType): string {
  return `${dtype}${showShape(shape)}`;
}
