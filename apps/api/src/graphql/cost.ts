import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { refusal } from './errors.js';
import { limits } from './limits.js';

/**
 * Expected lengths of lists that have no `first`. Chosen from the example recipe (8 ingredients, 3 benchmarks, about 50
 * steps) and rounded up. A list that is not named here counts as 10.
 */
const EXPECTED_LENGTH: Readonly<Record<string, number>> = {
  'Model.evaluations': 5,
  'Stock.evaluations': 5,
  'Ingredient.evaluations': 5,
  'Soup.evaluations': 5,
  'Ensemble.evaluations': 5,
  'Soup.trace': 20,
  // Two sizes of batches, unless a recipe names others.
  'MeasuredCost.times': 2,
  'Ensemble.trace': 20,
  ...ofModels('comparedWith', 15),
  'Dataset.splits': 5,
  'Run.steps': 50,
  'Run.analyses': 8,
  ...ofModels('analyses', 8),
  'Soup.analysesOfPool': 8,
  'WeightSpace.layers': 15,
  'Step.artifacts': 3,
  'Lineage.nodes': 100,
  'Lineage.edges': 100,
};
const OTHERWISE = 10;

/** Fields that read much more than they return, in objects. */
const READS: Readonly<Record<string, number>> = {
  // Some ten statements, whatever the page shows.
  'Query.leaderboard': 50,
  'Soup.diagnosis': 100,
  'Soup.whatIf': 100,
  'Soup.marginal': 100,
  'Soup.diversity': 100,
  'Run.diversity': 100,
  'Ingredient.overSeeds': 20,
  'Query.methodsOverSeeds': 100,
  // A document is read whole, whatever is shown of it, and once for all who ask: some tens of kilobytes, rarely megabytes.
  'Analysis.content': 20,
  'Analysis.schema': 10,
  'Analysis.document': 40,
  ...ofModels('comparedWith', 20),
  'Query.comparison': 20,
};

/**
 * What a field reads once more, however many of the fields below it ask for that. Ranks compare up to 200 models in pairs, whatever
 * the page shows. With them and the board itself, one request gets five boards like the dashboard's; more than 600 would put the
 * dashboard's own above a fifth of the limit.
 */
const READS_IF_ASKED: Readonly<Record<string, { readonly reads: number; readonly by: ReadonlySet<string> }>> = {
  'Query.leaderboard': {
    reads: 450,
    by: new Set([
      'LeaderboardConnection.ranking',
      'LeaderboardRow.rank',
      'LeaderboardRow.rankInterval',
      'LeaderboardRow.versusBest',
    ]),
  },
};

/** The same for a field of the interface and of every kind of model. */
function ofModels(field: string, value: number): Record<string, number> {
  const types = ['Model', 'Stock', 'Ingredient', 'Soup', 'Ensemble'];
  return Object.fromEntries(types.map((type) => [`${type}.${field}`, value]));
}

/** Points of a metric series that cost as much as one object. */
const POINTS_PER_UNIT = 20;

/** Introspection reads no row, but its answer has about this many objects. */
const INTROSPECTION: Readonly<Record<string, number>> = { __schema: 500, __type: 50, __typename: 0 };

/**
 * Expected number of objects that an operation returns: each object counts 1, a list multiplies what is below it, a
 * connection's `edges` multiply by `first`. Fragments are computed once per type they are spread on.
 *
 * @throws GraphQLError when `first` or `maxPoints` is out of range, before any resolver runs
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const known = new Map<string, number>();

  function ofSelections(set: SelectionSetNode, type: GraphQLNamedType, page: number): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        cost += ofField(selection, type, page);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
        if (on) cost += ofSelections(selection.selectionSet, on, page);
      } else {
        cost += ofFragment(selection.name.value, page);
      }
      if (cost > Number.MAX_SAFE_INTEGER) return cost;
    }
    return cost;
  }

  function ofFragment(name: string, page: number): number {
    const key = `${name} ${page}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const on = fragment && schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !on) return 0;
    known.set(key, 0);
    const cost = ofSelections(fragment.selectionSet, on, page);
    known.set(key, cost);
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLNamedType, page: number): number {
    const introspection = INTROSPECTION[node.name.value];
    if (introspection !== undefined) return introspection;
    if (!isObjectType(parent) && !isInterfaceType(parent)) return 0;
    const field = parent.getFields()[node.name.value];
    if (!field) return 0;
    const args = field.args.length > 0 ? readArguments(field, node, variables) : {};
    const type = getNamedType(field.type);
    const name = `${parent.name}.${node.name.value}`;
    const more = READS_IF_ASKED[name];
    const asked = more !== undefined && node.selectionSet && asksFor(more.by, node.selectionSet, type, new Set());
    const points = ofPoints(args) + (READS[name] ?? 0) + (asked ? more.reads : 0);
    if (!isCompositeType(type) || !node.selectionSet) return points;
    const first = pageSize(args);
    const each = 1 + ofSelections(node.selectionSet, type, first);
    if (!isListType(getNullableType(field.type))) return points + each;
    const length =
      node.name.value === 'edges' ? page : (EXPECTED_LENGTH[`${parent.name}.${node.name.value}`] ?? OTHERWISE);
    return points + length * each;
  }

  /** Whether one of the fields is selected, at any depth. */
  function asksFor(
    fields: ReadonlySet<string>,
    set: SelectionSetNode,
    type: GraphQLNamedType,
    seen: Set<string>,
  ): boolean {
    return set.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) {
        if (fields.has(`${type.name}.${selection.name.value}`)) return true;
        if (!selection.selectionSet || !(isObjectType(type) || isInterfaceType(type))) return false;
        const field = type.getFields()[selection.name.value];
        return field !== undefined && asksFor(fields, selection.selectionSet, getNamedType(field.type), seen);
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const on = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : type;
        return on !== undefined && asksFor(fields, selection.selectionSet, on, seen);
      }
      const fragment = fragments.get(selection.name.value);
      const on = fragment && schema.getType(fragment.typeCondition.name.value);
      if (!fragment || !on || seen.has(selection.name.value)) return false;
      seen.add(selection.name.value);
      return asksFor(fields, fragment.selectionSet, on, seen);
    });
  }

  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root, OTHERWISE) : 0;
}

function readArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    return getArgumentValues(field, node, variables);
  } catch (error) {
    // A required variable is missing: execution reports it with a better sentence, and runs no resolver for it.
    if (error instanceof GraphQLError) return {};
    throw error;
  }
}

function pageSize(args: Readonly<Record<string, unknown>>): number {
  const first = args.first;
  if (typeof first !== 'number') return OTHERWISE;
  if (first < 1 || first > limits.page) {
    throw refusal(
      `first is ${first}; a page has 1 to ${limits.page} entries.`,
      'BAD_INPUT',
      'Ask for a smaller page and follow pageInfo.endCursor with after.',
    );
  }
  return first;
}

function ofPoints(args: Readonly<Record<string, unknown>>): number {
  const { maxPoints, series } = args;
  if (typeof maxPoints !== 'number') return 0;
  if (maxPoints < 2 || maxPoints > 10_000) {
    throw refusal(
      `maxPoints is ${maxPoints}; a series is shown with 2 to 10,000 points.`,
      'BAD_INPUT',
      'Choose about as many points as the chart has pixels.',
    );
  }
  return ((Array.isArray(series) ? series.length : 1) * maxPoints) / POINTS_PER_UNIT;
}

/** Throws the refusal that both transports show when an operation costs too much. */
export function assertAffordable(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): void {
  const cost = operationCost(schema, document, operation, variables);
  if (cost > limits.cost) {
    throw refusal(
      `The operation is expected to return ${Math.round(cost).toLocaleString('en')} objects; at most ${limits.cost.toLocaleString('en')} are allowed.`,
      'TOO_EXPENSIVE',
    );
  }
}
