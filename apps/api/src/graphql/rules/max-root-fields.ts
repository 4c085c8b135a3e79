import {
  type FragmentDefinitionNode,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { refusal } from '../errors.js';

/**
 * Refuses operations with too many fields at their root, those inside of fragments included. A mutation may have one:
 * two aliases of `submitRecipe` would start two runs where a rate limit counts one request.
 */
export function maxRootFieldsRule(max: { readonly query: number; readonly mutation: number }): ValidationRule {
  return (context) => {
    const ofFragment = new Map<string, number>();

    function count(set: SelectionSetNode): number {
      let found = 0;
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) found += 1;
        else if (selection.kind === Kind.INLINE_FRAGMENT) found += count(selection.selectionSet);
        else found += countFragment(context.getFragment(selection.name.value));
      }
      return found;
    }

    function countFragment(fragment: FragmentDefinitionNode | null | undefined): number {
      if (!fragment) return 0;
      const known = ofFragment.get(fragment.name.value);
      if (known !== undefined) return known;
      ofFragment.set(fragment.name.value, 0);
      const found = count(fragment.selectionSet);
      ofFragment.set(fragment.name.value, found);
      return found;
    }

    return {
      OperationDefinition(operation) {
        const found = count(operation.selectionSet);
        const most = operation.operation === OperationTypeNode.MUTATION ? max.mutation : max.query;
        if (found > most) {
          context.reportError(
            refusal(
              `The ${operation.operation} has ${found} fields at its root; at most ${most} ${most === 1 ? 'is' : 'are'} allowed.`,
              'TOO_EXPENSIVE',
              'Send the fields in separate requests.',
            ),
          );
        }
      },
    };
  };
}
