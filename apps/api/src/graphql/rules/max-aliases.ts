import type { ValidationRule } from 'graphql';
import { refusal } from '../errors.js';

/** Refuses documents with more than `max` aliases: an alias lets one request repeat a field without end. */
export function maxAliasesRule(max: number): ValidationRule {
  return (context) => {
    let found = 0;
    return {
      Field(field) {
        if (field.alias) found += 1;
      },
      Document: {
        leave() {
          if (found > max) {
            context.reportError(
              refusal(`The document has ${found} aliases; at most ${max} are allowed.`, 'TOO_EXPENSIVE'),
            );
          }
        },
      },
    };
  };
}
