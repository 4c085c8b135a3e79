import { EvaluationError } from '../../evaluation/errors.js';
import { type EvaluationDocument, evaluationDocument } from '../../evaluation/evaluation-document.js';
import type { EvaluationProtocol } from '../../evaluation/protocol.js';
import type { Tensor } from '../../graph/tensor.js';
import type { BenchmarkKindName, MeasureParameters } from '../../recipe/benchmark-kinds/index.js';
import type { EvaluateParameters } from '../../recipe/parameters.js';
import type { StepContext } from '../definition.js';
import { measures } from './index.js';
import type { Measured, ParametersOf, Passes } from './measure.js';

/** What a model is worth on a benchmark of one of the kinds of the table. */
export async function measured(
  protocol: EvaluationProtocol,
  protocolHash: string,
  predictor: EvaluateParameters['predictor'],
  context: StepContext,
): Promise<{
  readonly evaluation: EvaluationDocument;
  readonly correct: Uint8Array<ArrayBuffer>;
  readonly answers?: ReadonlyMap<string, Tensor>;
  readonly passes: Passes;
}> {
  const parameters = protocol.measure?.parameters;
  if (parameters === undefined) {
    throw new EvaluationError('The protocol names nothing to measure.', 'Compile the recipe again.');
  }
  const ask = <Name extends BenchmarkKindName>(own: ParametersOf<Name> & { readonly kind: Name }): Promise<Measured> =>
    measures[own.kind].measure({ protocol, parameters: own, predictor, context });
  const { core, further, correct, answers, passes } = await ask<MeasureParameters['kind']>(parameters);
  const { top1 = null, nll = null, ece = null, brier = null } = core ?? {};
  return {
    evaluation: evaluationDocument.parse({
      ...{ format: 'stockpot-evaluation', version: 2, protocol: protocolHash, n: protocol.n },
      ...{ top1, nll, ece, brier, cells: null, meanCorruptionError: null, further, calibration: null, clean: null },
    }),
    correct: correct ?? new Uint8Array(),
    ...(answers === undefined ? {} : { answers }),
    passes,
  };
}
