/** @file Builds a self-supervised loss outside of a training. Used by tests and fidelity rows. */
import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { type BatchValues, type LossContext, type LossResult, noContext } from '../training/training-task.js';
import type { SslLoss } from './ssl-method.js';

export interface LossParts {
  readonly parameters: ParameterValues;
  readonly views: readonly Value[];
  readonly input?: BatchValues;
  readonly context?: LossContext;
}

export function builtLoss(loss: SslLoss, b: GraphBuilder, parts: LossParts): LossResult {
  const input = (name: string) => {
    throw new Error(`There is no input ${name}.`);
  };
  const built = loss.build(b, parts.parameters, parts.views, parts.input ?? input, {
    ...(parts.context ?? noContext),
    student: () => ({}),
    still: {},
  });
  return 'loss' in built ? built : { loss: built };
}

export function scalarLoss(loss: SslLoss, b: GraphBuilder, parts: LossParts): Value {
  return builtLoss(loss, b, parts).loss;
}
