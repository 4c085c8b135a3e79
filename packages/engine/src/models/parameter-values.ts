import type { Value } from '../graph/graph.js';

/** The parameters of a model inside a graph: a name to its value, or a sentence that says which one is not there. */
export type ParameterValues = (name: string) => Value;

/** Looks parameters up in a map; a miss is a mistake of the model's code, not of a person. */
export function parameterValues(values: ReadonlyMap<string, Value>): ParameterValues {
  return (name) => {
    const value = values.get(name);
    if (value === undefined)
      throw new Error(`The model uses a parameter ${name} that its parameter table does not list.`);
    return value;
  };
}
