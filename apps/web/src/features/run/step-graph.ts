import type { Link } from '@/components/graph/elk-layout';
import type { StepKind } from '@/gql/graphql';
import type { Step } from './types';

export interface StepNode {
  readonly step: Step;
  /** The evaluations of the model that this step makes, folded into it. */
  readonly evaluations: readonly Step[];
}

export interface StepGraph {
  readonly nodes: readonly StepNode[];
  readonly links: readonly Link[];
}

const MAKES_MODEL: ReadonlySet<string> = new Set([
  'PRETRAIN',
  'IMPORT',
  'FINETUNE',
  'ALIGN',
  'SOUP',
  'BATCHNORM',
] satisfies StepKind[]);
/** What is done with a model to score it. */
const SCORES: ReadonlySet<string> = new Set(['FEATURES', 'EVALUATE'] satisfies StepKind[]);

/**
 * The plan as people think of it: evaluations are folded into the model they score, analyses, which need everything and lead to
 * nothing, are left to the list of steps, and so is a link that other links imply. With `folded: false` every step is a node.
 */
export function stepGraph(all: readonly Step[], folded: boolean): StepGraph {
  const steps = folded ? all.filter(({ kind }) => kind !== 'ANALYSE') : all;
  const byId = new Map(steps.map((step) => [step.stepId, step]));
  const ownerOf = (step: Step): string => {
    if (!folded || !SCORES.has(step.kind)) return step.stepId;
    const made = step.dependsOn.find((id) => MAKES_MODEL.has(byId.get(id)?.kind ?? ''));
    if (made !== undefined) return made;
    // Features, and what is scored by them, belong to the model whose features they are.
    const features = step.dependsOn.map((id) => byId.get(id)).find((one) => one !== undefined && SCORES.has(one.kind));
    return features === undefined ? step.stepId : ownerOf(features);
  };
  const owner = new Map(steps.map((step) => [step.stepId, ownerOf(step)]));
  const children = new Map<string, Set<string>>();
  for (const step of steps) {
    const to = owner.get(step.stepId) ?? step.stepId;
    const hidden = to !== step.stepId;
    for (const dependency of step.dependsOn) {
      // A folded evaluation needs its benchmark; drawing that for every model would hide everything else.
      if (hidden && !SCORES.has(byId.get(dependency)?.kind ?? '')) continue;
      const from = owner.get(dependency);
      if (from && from !== to) children.set(from, (children.get(from) ?? new Set()).add(to));
    }
  }
  const nodes = steps
    .filter((step) => owner.get(step.stepId) === step.stepId)
    .map((step) => ({
      step,
      evaluations: steps.filter(
        (other) => other !== step && other.kind === 'EVALUATE' && owner.get(other.stepId) === step.stepId,
      ),
    }));
  return { nodes, links: withoutImplied(children) };
}

/** Transitive reduction of an acyclic graph: a link is implied when its end is reached by a longer way. */
function withoutImplied(children: ReadonlyMap<string, ReadonlySet<string>>): Link[] {
  const reach = new Map<string, Set<string>>();
  const reachable = (from: string): Set<string> => {
    const known = reach.get(from);
    if (known) return known;
    const found = new Set<string>();
    reach.set(from, found);
    for (const to of children.get(from) ?? []) {
      found.add(to);
      for (const further of reachable(to)) found.add(further);
    }
    return found;
  };
  return [...children].flatMap(([from, ends]) =>
    [...ends]
      .filter((to) => ![...ends].some((other) => other !== to && reachable(other).has(to)))
      .map((to) => ({ from, to })),
  );
}
