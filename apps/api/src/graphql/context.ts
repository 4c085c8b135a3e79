import type { Db } from '@stockpot/db';
import type { Context } from '@stockpot/domain';
import { type Identity, identify } from '../auth/actor.js';
import type { Auth } from '../auth/auth.js';
import type { EventBus } from '../events/event-bus.js';
import { currentRequestId } from '../http/request-scope.js';
import { createLoaders, type Loaders } from './loaders.js';
import { ObjectBudget } from './object-budget.js';

/** What every operation shares with the process it runs in. */
export interface Services {
  readonly db: Db;
  readonly auth: Auth;
  readonly events: EventBus;
}

/** What a resolver gets: who asks, the domain's context for its verbs, this operation's loaders and budget. */
export class ApiContext {
  private constructor(
    readonly services: Services,
    private readonly headers: Headers,
    private state: { identity: Identity; domain: Context; loaders: Loaders; budget: ObjectBudget },
  ) {}

  /**
   * @param headers the request's headers, or those of the WebSocket's upgrade with its connection parameters
   * @throws StockpotError UNAUTHENTICATED when they carry a token that is not valid
   */
  static async create(services: Services, headers: Headers): Promise<ApiContext> {
    return new ApiContext(services, headers, await ApiContext.fresh(services, headers));
  }

  /** Who asks. */
  get identity(): Identity {
    return this.state.identity;
  }

  /** Context of the domain's verbs. */
  get domain(): Context {
    return this.state.domain;
  }

  /** Batched and cached reads; they live as long as one operation, or one event of a subscription. */
  get loaders(): Loaders {
    return this.state.loaders;
  }

  /** Objects this operation may still return. */
  get budget(): ObjectBudget {
    return this.state.budget;
  }

  /**
   * Begins the next event of a subscription: asks again who asks (the session may have ended, the role may be gone) and
   * forgets what was read. Events of one subscription come one after the other, so nothing else uses the old state.
   */
  async renew(): Promise<void> {
    this.state = await ApiContext.fresh(this.services, this.headers);
  }

  private static async fresh(services: Services, headers: Headers) {
    const identity = await identify(services.auth, headers);
    const domain: Context = { db: services.db, actor: identity.actor, requestId: currentRequestId() };
    return { identity, domain, loaders: createLoaders(domain), budget: new ObjectBudget() };
  }
}
