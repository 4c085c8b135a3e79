import type { StepKind } from '../recipe/plan.js';
import { align } from './align.js';
import { analyse } from './analyse.js';
import { batchnorm } from './batchnorm.js';
import { benchmark } from './benchmark.js';
import { cost } from './cost/cost.js';
import { dataset } from './dataset.js';
import type { StepDefinition } from './definition.js';
import { evaluate } from './evaluate.js';
import { features } from './features.js';
import { finetune } from './finetune.js';
import { importedModel } from './imported-model.js';
import { pretrain } from './pretrain.js';
import { probe } from './probe.js';
import { soup } from './soup.js';

export * from './definition.js';

/** How each kind of step is run. Total: a kind without a definition does not compile. */
export const stepDefinitions: { readonly [Kind in StepKind]: StepDefinition<Kind> } = {
  dataset,
  benchmark,
  pretrain,
  import: importedModel,
  probe,
  finetune,
  align,
  soup,
  batchnorm,
  features,
  evaluate,
  cost,
  analyse,
};
