import { type Graph, GraphBuilder, type Value } from '../graph/index.js';
import { nextName } from './state-names.js';

/**
 * `turns` steps of a step graph as one graph. It takes the state once and returns it once; every other input and output has
 * a new first axis of `turns`, one row a step.
 *
 * @param state names of the inputs that are not fed: those with an output `next.X` go from turn to turn, the others stay
 */
export function loopedGraph(graph: Graph, state: ReadonlySet<string>, turns: number): Graph {
  const outputs = new Map(graph.outputs.map((output) => [output.name, output]));
  const moving = graph.inputs.filter(({ name }) => state.has(name) && outputs.has(nextName(name)));
  const fixed = graph.inputs.filter(({ name }) => state.has(name) && !outputs.has(nextName(name)));
  const fed = graph.inputs.filter(({ name }) => !state.has(name));
  const next = moving.flatMap(({ name }) => outputs.get(nextName(name)) ?? []);
  const others = graph.outputs.filter((output) => !next.includes(output));

  const b = new GraphBuilder();
  const values = new Map<Value, Value>(
    graph.inputs.map((input) => {
      const shape = fed.includes(input) ? [turns, ...input.shape] : input.shape;
      return [input, b.input(input.name, input.dtype, shape)];
    }),
  );
  const operands = (inputs: readonly Value[]) => inputs.flatMap((input) => values.get(input) ?? []);
  const { carried, stacked } = b.loop(
    { ...graph, inputs: [...moving, ...fed, ...fixed], outputs: [...next, ...others] },
    { carried: operands(moving), scanned: operands(fed), fixed: operands(fixed) },
  );
  for (const [i, value] of [...carried, ...stacked].entries()) {
    const output = [...next, ...others][i];
    if (output !== undefined) b.output(output.name, value);
  }
  return b.snapshot();
}
