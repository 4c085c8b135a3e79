import { isFloat } from '../../../graph/dtype.js';
import { sizeOf } from '../../../graph/shape.js';
import { numbersOf, type Tensor, tensorOf } from '../../../graph/tensor.js';
import type { Evaluate, ReferenceTensor } from '../evaluate.js';
import { interpret } from '../interpret.js';

export const loop: Evaluate<'Loop'> = (context) => {
  const { turns, carried, scanned, body } = context.attributes;
  const operands = context.inputs.map((_, i) => context.input(i));
  const stacked = body.outputs
    .slice(carried)
    .map((_, i) => new Float64Array(sizeOf(context.output(carried + i).shape)));
  let state = operands.slice(0, carried);
  for (let turn = 0; turn < turns; turn++) {
    const rows = operands.slice(carried, carried + scanned).map((operand) => rowOf(operand, turn));
    const given = [...state, ...rows, ...operands.slice(carried + scanned)];
    const feeds = Object.fromEntries(body.inputs.map(({ name }, i) => [name, fed(given[i])]));
    const results = interpret(body, feeds);
    const made = body.outputs.map(({ name, value }) => ({ ...value, data: numbersOf(result(results, name)) }));
    state = made.slice(0, carried);
    for (const [i, { data }] of made.slice(carried).entries()) stacked[i]?.set(data, turn * data.length);
  }
  return [...state.map(({ data }) => data), ...stacked];
};

function rowOf({ dtype, shape, data }: ReferenceTensor, row: number): ReferenceTensor {
  const size = sizeOf(shape.slice(1));
  return { dtype, shape: shape.slice(1), data: data.subarray(row * size, (row + 1) * size) };
}

/** The interpreter keeps every float as f64, whatever its dtype, so that nothing is rounded between turns. */
function fed(value: ReferenceTensor | undefined): Tensor {
  if (value === undefined) throw new TypeError('A loop lacks an operand.');
  return isFloat(value.dtype)
    ? tensorOf('f64', value.shape, value.data)
    : tensorOf(value.dtype, value.shape, value.data);
}

function result(results: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const found = results[name];
  if (found === undefined) throw new TypeError(`The body of a loop gave no "${name}".`);
  return found;
}
