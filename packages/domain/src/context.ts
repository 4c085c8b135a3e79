import type { Db } from '@stockpot/db';

/** Who acts. The transport establishes it; the domain decides what it may do. */
export type Actor =
  | { readonly type: 'user'; readonly userId: string }
  /**
   * An API key. It can do at most what its user can, and only what its scopes say: `read`; `write` (implies read);
   * `lab:<lab id>`, any number of them, limit it to those labs.
   */
  | { readonly type: 'token'; readonly tokenId: string; readonly userId: string; readonly scopes: readonly string[] }
  | { readonly type: 'worker'; readonly workerId: string; readonly epoch: number }
  /** The installation itself: `npm start`, a scheduled job. May do everything but a worker's fenced writes. */
  | { readonly type: 'system'; readonly name: string }
  | { readonly type: 'anonymous' };

export interface Context {
  readonly db: Db;
  readonly actor: Actor;
  /** Ties audit rows and log lines to one request. */
  readonly requestId?: string;
}
