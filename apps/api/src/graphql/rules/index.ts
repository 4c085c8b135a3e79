import type { ValidationRule } from 'graphql';
import { limits } from '../limits.js';
import { maxAliasesRule } from './max-aliases.js';
import { maxDepthRule } from './max-depth.js';
import { maxDirectivesRule } from './max-directives.js';
import { maxRootFieldsRule } from './max-root-fields.js';

/** The rules that every document passes beside graphql-js's own, on HTTP and on WebSocket alike. */
export const limitRules: readonly ValidationRule[] = Object.freeze([
  maxRootFieldsRule({ query: limits.rootFields, mutation: limits.rootMutations }),
  maxAliasesRule(limits.aliases),
  maxDirectivesRule(limits.directives),
  maxDepthRule(limits.depth),
]);
