import type { StepKind } from '@/gql/graphql';

/** What each kind of step is called, and the group it is listed in. */
export const STEP_KINDS: Record<StepKind, { readonly label: string; readonly group: string }> = {
  DATASET: { label: 'data set', group: 'Data' },
  BENCHMARK: { label: 'benchmark', group: 'Data' },
  PRETRAIN: { label: 'pre-training', group: 'Stock' },
  IMPORT: { label: 'import', group: 'Stock' },
  PROBE: { label: 'linear probe', group: 'Stock' },
  FINETUNE: { label: 'fine-tuning', group: 'Ingredients' },
  ALIGN: { label: 'alignment', group: 'Ingredients' },
  SOUP: { label: 'mixing', group: 'Soups and ensembles' },
  BATCHNORM: { label: 'batch normalisation', group: 'Soups and ensembles' },
  FEATURES: { label: 'features', group: 'Evaluations' },
  EVALUATE: { label: 'evaluation', group: 'Evaluations' },
  COST: { label: 'measurement', group: 'Evaluations' },
  ANALYSE: { label: 'analysis', group: 'Analyses' },
};

export const STEP_GROUPS: readonly string[] = [...new Set(Object.values(STEP_KINDS).map((kind) => kind.group))];

/** The group that a step is listed in. A training without labels makes a stock, or an ingredient that others start from. */
export function groupOf({ kind, stepId }: { readonly kind: StepKind; readonly stepId: string }): string {
  return stepId.startsWith('ingredients/') ? STEP_KINDS.FINETUNE.group : STEP_KINDS[kind].group;
}
