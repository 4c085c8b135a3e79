import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { assertAffordable } from './cost.js';
import { limits } from './limits.js';
import { limitRules } from './rules/index.js';

/** A GraphQL request as it arrives, on either transport. */
export interface GraphQLRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/**
 * Parses, validates and prices a request the way Apollo Server does for HTTP, for the WebSocket: same token limit, same
 * rules, same cost. (Apollo before 2.14.2 forgot the rules there.)
 */
export function prepareOperation(
  schema: GraphQLSchema,
  request: GraphQLRequest,
): Omit<ExecutionArgs, 'contextValue'> | readonly GraphQLError[] {
  try {
    const document: DocumentNode = parse(String(request.query ?? ''), { maxTokens: limits.tokens });
    const errors = validate(schema, document, [...specifiedRules, ...limitRules], { maxErrors: 50 });
    if (errors.length > 0) return errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
    const operationName = typeof request.operationName === 'string' ? request.operationName : null;
    const operation = getOperationAST(document, operationName);
    if (!operation) {
      return [
        new GraphQLError('The request does not say which of the operations to run.', {
          extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
        }),
      ];
    }
    const variables = isRecord(request.variables) ? request.variables : {};
    assertAffordable(schema, document, operation, variables);
    return { schema, document, operationName, variableValues: variables };
  } catch (error) {
    if (error instanceof GraphQLError) return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

/** The code Apollo would give the error on HTTP; one that has a code keeps it. */
function coded(error: GraphQLError, code: string): GraphQLError {
  const { nodes, source, positions, extensions } = error;
  return new GraphQLError(error.message, {
    ...(nodes && { nodes }),
    ...(source && { source }),
    ...(positions && { positions }),
    extensions: { code, ...extensions },
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
