import { curveDifferences, trainingCurves } from '../training/curves.fixture.js';
import type { FidelityRow } from './row.fixture.js';

/** 50 steps of fine-tuning a miniature beside PyTorch, on the same batches. */
export const trainingCurveRows: readonly FidelityRow[] = Object.keys(trainingCurves).flatMap((subject) => {
  let run: ReturnType<typeof curveDifferences> | null = null;
  const differences = () => (run ??= curveDifferences(subject));
  const row = (quantity: string, bound: number, what: 'loss' | 'norm' | 'weights'): FidelityRow => ({
    subject: `50 steps: ${subject}`,
    quantity,
    oracle: trainingCurves[subject]?.by ?? '',
    difference: 'absolute',
    bound,
    measure: async () => (await differences())[what],
  });
  return [
    row('loss of every step', 1e-3, 'loss'),
    row('norm of the gradient of every step', 1e-3, 'norm'),
    row('weights after the last step', 1e-3, 'weights'),
  ];
});
