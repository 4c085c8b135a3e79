import { isFloat } from '../../graph/dtype.js';
import { type Graph, GraphBuilder, type Value } from '../../graph/index.js';
import { appendAgain, replay } from '../../graph/rewrites/rebuild.js';
import type { GradientRule } from '../rule.js';

/**
 * Another loop over the turns, from the last to the first where values are carried. Each turn computes its forward part again, so that no activation of
 * a turn outlives it: memory is that of one turn, for the work of one more forward pass. What a turn was given of the carried
 * values is kept by a first pass that does nothing else; without carried values there is none.
 */
export const loop: GradientRule<'Loop'> = (context) => {
  const { b, node, gradients, attributes } = context;
  const { turns, carried: carriedCount, scanned: scannedCount, body } = attributes;
  const operands = node.inputs.filter((input) => input !== null);
  const carried = operands.slice(0, carriedCount);
  const scanned = operands.slice(carriedCount, carriedCount + scannedCount);
  const fixed = operands.slice(carriedCount + scannedCount);
  const starts = carriedCount === 0 ? [] : startsOf(b, body, { carried, scanned, fixed });

  const turned = (rows: Value) => (carriedCount === 0 ? rows : lastFirst(b, rows, turns));

  const places = operands.map((operand, place) => ({ operand, place }));
  const floats = ({ operand }: { readonly operand: Value }) => isFloat(operand.dtype);
  // The gradient of a carried value goes on to the turn before, whoever asks for it.
  const asked = {
    carried: places.slice(0, carriedCount).filter(floats),
    scanned: places.slice(carriedCount, carriedCount + scannedCount).filter(({ place }) => context.needs(place)),
    fixed: places.slice(carriedCount + scannedCount).filter(({ place }) => context.needs(place)),
  };
  const arriving = gradients
    .slice(carriedCount)
    .flatMap((gradient, i) => (gradient === null ? [] : [{ gradient, output: carriedCount + i }]));
  const backward = backwardTurn(context, body, {
    carried: asked.carried.map(({ place }) => place),
    scanned: asked.scanned.map(({ place }) => place),
    fixed: asked.fixed.map(({ place }) => place),
    outputs: arriving.map(({ output }) => output),
  });
  const results = b.loop(backward, {
    carried: [
      ...asked.carried.map(({ operand, place }) => gradients[place] ?? zeros(b, operand)),
      ...asked.fixed.map(({ operand }) => zeros(b, operand)),
    ],
    scanned: [...starts, ...scanned, ...arriving.map(({ gradient }) => gradient)].map(turned),
    fixed,
  });
  const found = new Map<number, Value>();
  const summed = [...asked.carried, ...asked.fixed];
  for (const [i, { place }] of summed.entries()) setIf(found, place, results.carried[i]);
  for (const [i, { place }] of asked.scanned.entries()) {
    const rows = results.stacked[i];
    setIf(found, place, rows === undefined ? undefined : turned(rows));
  }
  return node.inputs.map((_, place) => found.get(place) ?? null);
};

/** The carried values as each turn is given them, [turns, …]. */
function startsOf(
  b: GraphBuilder,
  body: Graph,
  operands: { carried: readonly Value[]; scanned: readonly Value[]; fixed: readonly Value[] },
): readonly Value[] {
  const again = new GraphBuilder();
  const inputs = body.inputs.map(({ name, dtype, shape }) => again.input(name, dtype, shape));
  const known = writeBody(again, body, inputs);
  const count = operands.carried.length;
  for (const { name, value } of body.outputs.slice(0, count)) again.output(name, known(value));
  for (const [i, input] of inputs.slice(0, count).entries()) again.output(`start ${i}`, again.identity(input));
  return b.loop(again.build(), operands).stacked;
}

/** Which operands of the body have gradients that are asked for, and which of its outputs gradients arrive at. */
interface Asked {
  readonly carried: readonly number[];
  readonly scanned: readonly number[];
  readonly fixed: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * One turn backwards. Takes the gradients of what it carried on and the sums for fixed operands so far; its row of what was
 * carried in, scanned, and arrived; the fixed operands. Gives the next of the former, and its row of the scanned gradients.
 */
function backwardTurn(
  { attributes, inner }: Parameters<typeof loop>[0],
  body: Graph,
  { carried, scanned, fixed, outputs }: Asked,
): Graph {
  const b = new GraphBuilder();
  const like = (name: string, { dtype, shape }: Value) => b.input(name, dtype, shape);
  const inputOf = (place: number): Value => {
    const value = body.inputs[place];
    if (value === undefined) throw new RangeError(`The body of a loop has no operand ${place}.`);
    return value;
  };
  const outputOf = (place: number): Value => {
    const output = body.outputs[place];
    if (output === undefined) throw new RangeError(`The body of a loop has no output ${place}.`);
    return output.value;
  };
  const slopes = carried.map((place) => like(`slope ${place}`, inputOf(place)));
  const sums = fixed.map((place) => like(`sum ${place}`, inputOf(place)));
  const rows = attributes.carried + attributes.scanned;
  const given = body.inputs.slice(0, rows).map((value, place) => like(`operand ${place}`, value));
  const arrived = outputs.map((place) => like(`arrived ${place}`, outputOf(place)));
  given.push(...body.inputs.slice(rows).map((value, i) => like(`operand ${rows + i}`, value)));
  const known = writeBody(b, body, given);

  // The products' sum has the gradients of the turn, whatever else it is.
  const weighed = [
    ...carried.map((place, i) => ({ value: known(outputOf(place)), slope: slopes[i] })),
    ...outputs.map((place, i) => ({ value: known(outputOf(place)), slope: arrived[i] })),
  ];
  const terms = weighed.flatMap(({ value, slope }) =>
    slope === undefined ? [] : [b.reduceSum(b.mul(value, slope), { keepdims: false })],
  );
  const total = terms.reduce((sum, term) => b.add(sum, term));
  const wanted = [...carried, ...scanned, ...fixed].map((place) => given[place] ?? total);
  const found = inner(b, total, wanted).map((gradient, i) => gradient ?? zeros(b, wanted[i] ?? total));
  for (const [i, place] of carried.entries()) b.output(`next slope ${place}`, found[i] ?? total);
  for (const [i, place] of fixed.entries()) {
    const [sum, slope] = [sums[i], found[carried.length + scanned.length + i]];
    if (sum !== undefined && slope !== undefined) b.output(`next sum ${place}`, b.add(sum, slope));
  }
  for (const [i, place] of scanned.entries()) b.output(`row ${place}`, found[carried.length + i] ?? total);
  return b.build();
}

function writeBody(b: GraphBuilder, body: Graph, inputs: readonly Value[]): (value: Value) => Value {
  return replay(body, {
    inputs,
    constant: ({ value, tensor }) => b.constant(tensor.data, tensor.dtype, tensor.shape, `again ${value.name}`),
    node: (node, operands) => appendAgain(b, node, operands),
  });
}

function zeros(b: GraphBuilder, { dtype, shape }: Value): Value {
  return b.expand(b.constant(0, dtype), shape);
}

/** The rows of the first axis in the opposite order. */
function lastFirst(b: GraphBuilder, rows: Value, turns: number): Value {
  if (turns === 1) return rows;
  const order = b.constant(
    Array.from({ length: turns }, (_, turn) => turns - 1 - turn),
    'i32',
    [turns],
  );
  return b.gather(rows, order, { axis: 0 });
}

function setIf(found: Map<number, Value>, place: number, value: Value | undefined): void {
  if (value !== undefined) found.set(place, value);
}
