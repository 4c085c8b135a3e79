import type { ValidationRule } from 'graphql';
import { refusal } from '../errors.js';

/** Refuses documents with more than `max` directives; each one is looked up for every object that is returned. */
export function maxDirectivesRule(max: number): ValidationRule {
  return (context) => {
    let found = 0;
    return {
      Directive() {
        found += 1;
      },
      Document: {
        leave() {
          if (found > max) {
            context.reportError(
              refusal(`The document has ${found} directives; at most ${max} are allowed.`, 'TOO_EXPENSIVE'),
            );
          }
        },
      },
    };
  };
}
