import { maeErrors, maeFixture } from '../ssl/mae.fixture.js';
import { fixture, sslErrors } from '../ssl/methods.fixture.js';
import type { FidelityRow } from './row.fixture.js';

const PRECISIONS = [
  { dtype: 'f64', where: 'f64, reference interpreter', loss: 1e-9, gradient: 1e-5 },
  { dtype: 'f32', where: 'f32, cpu', loss: 1e-5, gradient: 1e-4 },
] as const;

interface Errors {
  readonly loss: number;
  readonly gradient: number;
}

/** Four rows of a case; one evaluation serves loss and gradients. */
function rowsOf(subject: string, oracle: string, errors: (dtype: 'f64' | 'f32') => Promise<Errors>): FidelityRow[] {
  return PRECISIONS.flatMap(({ dtype, where, ...bounds }): FidelityRow[] => {
    let known: Promise<Errors> | undefined;
    const once = () => {
      known ??= errors(dtype);
      return known;
    };
    const row = { subject, oracle, difference: 'relative' } as const;
    return [
      { ...row, quantity: `loss, ${where}`, bound: bounds.loss, measure: async () => (await once()).loss },
      {
        ...row,
        quantity: `gradient of every parameter, ${where}`,
        bound: bounds.gradient,
        measure: async () => (await once()).gradient,
      },
    ];
  });
}

/** Self-supervised losses on a miniature ViT, as torch computes them from the methods' definitions. */
export const selfSupervision: readonly FidelityRow[] = [
  ...maeFixture.cases.flatMap((one) =>
    rowsOf(`MAE, ${one.normalisePixels ? 'normalised' : 'plain'} pixels`, 'torch, mae.py', (dtype) =>
      maeErrors(one, dtype),
    ),
  ),
  ...fixture.cases.flatMap((one) => rowsOf(one.name, 'torch, self_supervised.py', (dtype) => sslErrors(one, dtype))),
];
