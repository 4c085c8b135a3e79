/**
 * How much one GraphQL operation may ask for. The same numbers hold on HTTP and on WebSocket; the guide shows them.
 * The pages of the dashboard need less than a fifth of each.
 */
export const limits = {
  /** Lexical tokens of a document; the parser stops there, so that validation (quadratic in places) stays short. */
  tokens: 2_000,
  /** Fields below each other. Introspection is bounded by graphql-js's own MaxIntrospectionDepthRule. */
  depth: 12,
  /** Aliases in a document: an alias repeats a field, which is how one request becomes a thousand. */
  aliases: 20,
  /** Directives in a document. */
  directives: 20,
  /** Fields at the root of a query. */
  rootFields: 10,
  /** Fields at the root of a mutation: one, so that a request has one effect and a rate limit counts what it says. */
  rootMutations: 1,
  /** Objects an operation may be expected to return, by the model in `cost.ts`. */
  cost: 10_000,
  /** Objects an operation may really return through nested lists; see `object-budget.ts`. */
  objects: 50_000,
  /** Entries on one page of a connection. */
  page: 200,
  /** Bytes of an HTTP body, inflated, or of one WebSocket message. */
  bodyBytes: 512 * 1024,
  /** Open WebSockets from one address. */
  socketsPerAddress: 64,
  /** Subscriptions on one socket. */
  subscriptionsPerSocket: 32,
} as const;
