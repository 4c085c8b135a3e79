import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { Tensor } from '../../graph/tensor.js';
import type { Random } from '../../random/index.js';
import { eppsPulley, type QuadratureName } from './epps-pulley.js';

/**
 * Sketched isotropic Gaussian regularisation (LeJEPA, Algorithm 1): the Epps–Pulley statistic of the embeddings along each
 * slice, averaged over the slices.
 *
 * @param z embeddings [N, K], not normalised
 * @param slices unit columns [K, M], as `drawSlices` gives them
 * @returns a scalar
 */
export function sigreg(b: GraphBuilder, z: Value, slices: Value, quadrature: QuadratureName): Value {
  return b.reduceMean(eppsPulley(b, b.gemm(z, slices), quadrature), { keepdims: false });
}

/** `count` directions in `width` dimensions, uniform on the sphere, as unit columns [width, count]. */
export function drawSlices(random: Random, width: number, count: number): Tensor {
  const data = new Float32Array(width * count);
  const column = new Float64Array(width);
  for (let slice = 0; slice < count; slice++) {
    let squares = 0;
    for (let i = 0; i < width; i++) {
      const value = random.normal();
      column[i] = value;
      squares += value * value;
    }
    const scale = 1 / Math.sqrt(squares);
    for (let i = 0; i < width; i++) data[i * count + slice] = (column[i] ?? 0) * scale;
  }
  return { dtype: 'f32', shape: [width, count], data };
}
