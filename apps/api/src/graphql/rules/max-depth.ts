import { type FragmentDefinitionNode, Kind, type SelectionSetNode, type ValidationRule } from 'graphql';
import { refusal } from '../errors.js';

/**
 * Refuses operations whose fields nest deeper than `max` (the cycle model → parents → model … has no natural end).
 * A fragment's depth is computed once, so a document of nested fragments costs linear time; a fragment cycle counts as
 * nothing here because NoFragmentCyclesRule owns it. Introspection is owned by MaxIntrospectionDepthRule.
 */
export function maxDepthRule(max: number): ValidationRule {
  return (context) => {
    const ofFragment = new Map<string, number>();

    function depth(set: SelectionSetNode | undefined): number {
      let deepest = 0;
      for (const selection of set?.selections ?? []) {
        if (selection.kind === Kind.FIELD) {
          const introspection = selection.name.value === '__schema' || selection.name.value === '__type';
          deepest = Math.max(deepest, introspection ? 1 : 1 + depth(selection.selectionSet));
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          deepest = Math.max(deepest, depth(selection.selectionSet));
        } else {
          deepest = Math.max(deepest, fragmentDepth(context.getFragment(selection.name.value)));
        }
      }
      return deepest;
    }

    function fragmentDepth(fragment: FragmentDefinitionNode | null | undefined): number {
      if (!fragment) return 0;
      const name = fragment.name.value;
      const known = ofFragment.get(name);
      if (known !== undefined) return known;
      ofFragment.set(name, 0);
      const found = depth(fragment.selectionSet);
      ofFragment.set(name, found);
      return found;
    }

    return {
      OperationDefinition(operation) {
        const found = depth(operation.selectionSet);
        if (found > max) {
          context.reportError(
            refusal(
              `The operation nests ${found} fields below each other; at most ${max} are allowed.`,
              'TOO_EXPENSIVE',
            ),
          );
        }
      },
    };
  };
}
