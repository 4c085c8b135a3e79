import type { z } from 'zod';
import type { produced } from '../types.js';
import { produceAnalysis } from './analysis.js';
import { produceBenchmark } from './benchmark.js';
import { produceCosts } from './costs.js';
import { produceDataset } from './dataset.js';
import { produceEvaluation } from './evaluation.js';
import { produceModel } from './model.js';
import { bad, type Made, type Scope } from './scope.js';

/** Writes the row that a step's result becomes, or finds it when the same key made it before. */
export async function produce(scope: Scope, result: z.output<typeof produced>): Promise<Made> {
  const { type } = scope.step.makes;
  const expected = type === 'head' || type === 'features' ? 'none' : type;
  if (result.type !== expected)
    throw bad(scope, `is a ${result.type}, where the plan makes a ${scope.step.makes.type}`);
  switch (result.type) {
    case 'dataset':
      return { datasetId: await produceDataset(scope, result.summary) };
    case 'benchmark':
      return { benchmarkId: await produceBenchmark(scope, result.summary) };
    case 'model':
      return { modelId: await produceModel(scope, result) };
    case 'evaluation':
      return { evaluationId: await produceEvaluation(scope, result) };
    case 'analysis':
      return { analysisId: await produceAnalysis(scope, result) };
    case 'costs':
      await produceCosts(scope, result);
      return {};
    case 'none':
      return {};
  }
}
