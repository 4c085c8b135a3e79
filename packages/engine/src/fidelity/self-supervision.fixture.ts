import { fixture, type SslCase, type SslErrors, sslErrors } from '../ssl/methods.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const PRECISIONS = [
  { dtype: 'f64', where: 'f64, reference interpreter', loss: 1e-9, gradient: 1e-5 },
  { dtype: 'f32', where: 'f32, cpu', loss: 1e-5, gradient: 1e-4 },
] as const;

/** One evaluation serves both rows of a case. */
function remembered(one: SslCase, dtype: 'f64' | 'f32'): () => Promise<SslErrors> {
  let errors: Promise<SslErrors> | undefined;
  return () => {
    errors ??= sslErrors(one, dtype);
    return errors;
  };
}

/** Self-supervised losses on a miniature ViT, as torch computes them from the methods' definitions. */
export const selfSupervision: readonly FidelityRow[] = fixture.cases.flatMap((one) =>
  PRECISIONS.flatMap(({ dtype, where, ...bounds }): FidelityRow[] => {
    const errors = remembered(one, dtype);
    const row = { subject: one.name, oracle: 'torch, self_supervised.py', difference: 'relative' } as const;
    return [
      { ...row, quantity: `loss, ${where}`, bound: bounds.loss, measure: async () => (await errors()).loss },
      {
        ...row,
        quantity: `gradient of every parameter, ${where}`,
        bound: bounds.gradient,
        measure: async () => (await errors()).gradient,
      },
    ];
  }),
);
