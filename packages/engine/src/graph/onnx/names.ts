import type { Graph, GraphNode, Value } from '../graph.js';

/** ONNX names: inputs and outputs keep theirs, everything else gets one that is free, in loops too. */
export class Names {
  readonly #taken: Set<string>;
  readonly #names = new Map<Value, string>();
  readonly #outputs = new Map<string, string>();
  readonly #used: Set<Value>;

  constructor(graph: Graph, taken?: Set<string>, inputs: readonly (string | null)[] = []) {
    this.#taken =
      taken ?? new Set([...graph.inputs.map((input) => input.name), ...graph.outputs.map((output) => output.name)]);
    this.#used = new Set(graph.outputs.map((output) => output.value));
    for (const node of graph.nodes) for (const input of node.inputs) if (input !== null) this.#used.add(input);
    for (const [i, input] of graph.inputs.entries()) {
      this.#names.set(input, taken === undefined ? input.name : (inputs[i] ?? this.fresh(input.name)));
    }
    const produced = new Set(graph.nodes.flatMap((node) => node.outputs));
    for (const { name, value } of graph.outputs) {
      const written = taken === undefined ? name : this.fresh(name);
      this.#outputs.set(name, written);
      if (produced.has(value) && !this.#names.has(value)) this.#names.set(value, written);
    }
  }

  /** The names inside of a loop, none of which is one of an outer graph: ONNX allows no shadowing. */
  inside(body: Graph, inputs: readonly (string | null)[]): Names {
    return new Names(body, this.#taken, inputs);
  }

  outputName(name: string): string {
    return this.#outputs.get(name) ?? name;
  }

  of(value: Value): string {
    const known = this.#names.get(value);
    if (known !== undefined) return known;
    const name = this.fresh(value.name);
    this.#names.set(value, name);
    return name;
  }

  /** Optional outputs that nothing reads are written as absent, so that a runtime need not compute them. */
  outputsOf(node: GraphNode): string[] {
    const names = node.outputs.map((output, i) => (i === 0 || this.#used.has(output) ? this.of(output) : ''));
    while (names.at(-1) === '') names.pop();
    return node.operator === 'Split' ? node.outputs.map((output) => this.of(output)) : names;
  }

  fresh(wanted: string): string {
    let name = wanted;
    for (let i = 1; this.#taken.has(name); i++) name = `${wanted}.${i}`;
    this.#taken.add(name);
    return name;
  }
}
