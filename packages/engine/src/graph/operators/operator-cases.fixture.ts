/**
 * One list of cases an operator, over broadcasting and edge shapes. Two tests run them all: every gradient against finite
 * differences (autodiff/gradients.test.ts) and every device against the reference (runtime/devices.test.ts). The table is
 * total: an operator without cases does not compile.
 */
import type { OperatorName } from '../index.js';
import { convolutionCases } from './cases/convolution.fixture.js';
import { elementwiseCases } from './cases/elementwise.fixture.js';
import { indexingCases } from './cases/indexing.fixture.js';
import type { OperatorCase } from './cases/kit.fixture.js';
import { linearAlgebraCases } from './cases/linear-algebra.fixture.js';
import { logicCases } from './cases/logic.fixture.js';
import { loopCases } from './cases/loop.fixture.js';
import { quantizationCases } from './cases/quantization.fixture.js';
import { reductionCases } from './cases/reduction.fixture.js';
import { shapeCases } from './cases/shape.fixture.js';

export { type OperatorCase, valuesOf } from './cases/kit.fixture.js';

export const operatorCases: { readonly [K in OperatorName]: readonly OperatorCase[] } = {
  ...elementwiseCases,
  ...logicCases,
  ...reductionCases,
  ...linearAlgebraCases,
  ...convolutionCases,
  ...shapeCases,
  ...indexingCases,
  ...loopCases,
  ...quantizationCases,
};
