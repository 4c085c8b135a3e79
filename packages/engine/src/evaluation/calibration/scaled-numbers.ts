import { EvaluationError } from '../errors.js';
import type { EvaluationDocument } from '../evaluation-document.js';
import { answerMetrics } from '../metrics/table.js';
import type { Predictions } from '../predictions.js';
import type { EvaluationProtocol } from '../protocol.js';
import { fitTemperature, scaled } from './temperature.js';

/** Numbers that a temperature changes, and what they are called after it. */
const SCALED = [
  ['nll', 'nllScaled'],
  ['ece', 'eceScaled'],
  ['brier', 'brierScaled'],
] as const;

export interface AppliedTemperature {
  readonly temperature: number | null;
  /** Where it was fitted. */
  readonly calibration: EvaluationDocument['calibration'];
}

/**
 * The temperature of a model; none where the protocol names no number that it would scale, for groups of classes have no
 * probabilities. On the selection benchmark it is fitted, on every other one it is what that evaluation says: labels
 * of what is reported are never fitted to, whatever the protocol asks for.
 *
 * @throws {EvaluationError} where a protocol asks for a fit on another split, or the given evaluation has none of its own
 */
export function calibrationOf(
  { metrics, split, n }: EvaluationProtocol,
  protocolHash: string,
  answered: Predictions,
  selection: EvaluationDocument | undefined,
): AppliedTemperature {
  if (Object.hasOwn(metrics, 'temperature')) {
    if (split.role !== 'selection') {
      throw new EvaluationError(
        `The protocol asks for a temperature on '${split.name}', whose role is ${split.role}.`,
        'Fit temperatures on a split with the role selection: what is fitted to a split cannot be judged on it.',
      );
    }
    const { temperature, bound } = fitTemperature(answered);
    return { temperature, calibration: { protocol: protocolHash, n, bound } };
  }
  const temperature = selection?.further.temperature;
  if (selection === undefined || temperature === undefined || !SCALED.some(([name]) => Object.hasOwn(metrics, name))) {
    return { temperature: null, calibration: null };
  }
  if (selection.calibration?.protocol !== selection.protocol) {
    throw new EvaluationError(
      `The temperature of the evaluation by the protocol ${selection.protocol} was fitted elsewhere.`,
      'Give the evaluation on the selection benchmark itself.',
    );
  }
  return { temperature, calibration: selection.calibration };
}

/**
 * The temperature, and what it makes of the numbers of calibration that the protocol names. On the split it was fitted on only the
 * temperature: numbers there would be too good.
 */
export function scaledNumbers(
  { metrics }: EvaluationProtocol,
  answered: Predictions,
  temperature: number,
): Record<string, number> {
  const numbers: Record<string, number> = { temperature };
  if (Object.hasOwn(metrics, 'temperature')) return numbers;
  const cooled = scaled(answered, temperature);
  for (const [name, after] of SCALED) {
    if (Object.hasOwn(metrics, name)) numbers[after] = answerMetrics[name].compute(cooled);
  }
  return numbers;
}
