import type { Server } from 'node:http';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import type { GraphQLSchema } from 'graphql';
import type { Metrics } from '../http/metrics.js';
import type { Logger } from '../logger.js';
import type { ApiContext } from './context.js';
import { assertAffordable } from './cost.js';
import { presentError } from './errors.js';
import { limits } from './limits.js';
import { limitRules } from './rules/index.js';

/** Seconds that running requests get when the server stops. */
const DRAIN_MS = 3_000;

export interface ApolloOptions {
  readonly schema: GraphQLSchema;
  readonly httpServer: Server;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Ends the WebSockets when the server stops. */
  readonly drainSockets: () => Promise<void>;
}

/** GraphQL over HTTP. What it refuses, `execution.ts` refuses on the WebSocket. */
export function createApollo(options: ApolloOptions): ApolloServer<ApiContext> {
  const { schema, metrics, log } = options;
  return new ApolloServer<ApiContext>({
    schema,
    // One operation a request: a batch would be many requests to the database and one to a rate limit (CVE-2025-0453).
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    cache: 'bounded',
    // The contract is public: it is a file of the repository. Its depth is bounded by graphql-js, its cost by cost.ts.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [...limitRules],
    logger: log,
    formatError: (_formatted, error) =>
      presentError(error, (cause, requestId) => {
        metrics.unexpectedErrors.inc();
        log.error({ err: cause, requestId }, 'a resolver failed unexpectedly');
      }),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginDrainHttpServer({ httpServer: options.httpServer, stopGracePeriodMillis: DRAIN_MS }),
      { serverWillStart: async () => ({ drainServer: options.drainSockets }) },
      costPlugin,
      measure(metrics),
    ],
  });
}

const costPlugin: ApolloServerPlugin<ApiContext> = {
  async requestDidStart() {
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        if (operation) assertAffordable(schema, document, operation, request.variables ?? {});
      },
    };
  },
};

function measure(metrics: Metrics): ApolloServerPlugin<ApiContext> {
  return {
    async requestDidStart() {
      const stop = metrics.operationSeconds.startTimer();
      return {
        async willSendResponse({ operation, response }) {
          const failed = response.body.kind === 'single' && (response.body.singleResult.errors?.length ?? 0) > 0;
          const status = response.http.status ?? 200;
          const outcome = status >= 400 ? 'refused' : failed ? 'error' : 'ok';
          stop({ operation: operation?.operation ?? 'none', outcome });
        },
      };
    },
  };
}
