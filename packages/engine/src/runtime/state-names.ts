import type { Graph, Tensor } from '../graph/index.js';

const NEXT = 'next.';

/** The inputs of a step graph that it also gives new values for: X, when there is an output next.X. */
export function stateNames(graph: Graph): string[] {
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  return graph.inputs.map(({ name }) => name).filter((name) => outputs.has(NEXT + name));
}

/** The output that holds the next value of a state. */
export function nextName(name: string): string {
  return NEXT + name;
}

/** Outputs named `next.X` as X, apart from the others. */
export function splitOutputs(outputs: Readonly<Record<string, Tensor>>): {
  readonly state: Record<string, Tensor>;
  readonly others: Record<string, Tensor>;
} {
  const state: Record<string, Tensor> = {};
  const others: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(outputs)) {
    if (name.startsWith(NEXT)) state[name.slice(NEXT.length)] = tensor;
    else others[name] = tensor;
  }
  return { state, others };
}
