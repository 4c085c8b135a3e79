import type { StepKind } from './plan.js';

/** Whether a kind of step runs networks. The others give the same bytes whatever device the networks run on. */
const runsNetworks: Readonly<Record<StepKind, boolean>> = {
  dataset: false,
  benchmark: false,
  pretrain: true,
  import: false,
  probe: true,
  finetune: true,
  // What it asks of networks, whether their functions are equal, it asks of the CPU.
  align: false,
  // A greedy soup scores its candidates.
  soup: true,
  batchnorm: true,
  features: true,
  evaluate: true,
  cost: true,
  analyse: true,
};

/** The device class in the key of a step: `device` where it matters for the bytes, else the class that all share. */
export function deviceClassOf(kind: StepKind, device: string): string {
  return runsNetworks[kind] ? device : 'cpu';
}
