import { fileURLToPath } from 'node:url';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** The committed contract, seen from `src` and `dist` alike. */
export const CONTRACT_FILE = fileURLToPath(new URL('../../schema.graphql', import.meta.url));

/** The schema as the contract writes it: sorted, so that moving code about does not show as a change. */
export function printContract(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
