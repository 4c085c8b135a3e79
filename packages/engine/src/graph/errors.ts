/** The graph was asked for something it cannot be: wrong shapes, dtypes, names. The message is a sentence with the operator in it. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
}
