import type { ApiContext } from '../graphql/context.js';

/** What a subscription's `subscribe` function gets of the operation. */
export interface Following {
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: ApiContext;
}
