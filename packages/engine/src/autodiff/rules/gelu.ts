import type { GraphBuilder, Value } from '../../graph/index.js';
import type { GradientRule } from '../rule.js';

/** Φ(x) + x·φ(x), or the derivative of the tanh approximation. */
export const gelu: GradientRule<'Gelu'> = (context) => {
  const { b, gradient } = context;
  const derivative = context.attributes.approximate === 'none' ? erfDerivative : tanhDerivative;
  return [b.mul(gradient, derivative(b, context.input(0)))];
};

/**
 * With s = x/√2: Φ = ½ + ½·erf(s) and x·φ(x) = s / exp(s² + ln √π), which is 0 where the exponential overflows. The forward
 * pass shares Φ (graph/rewrites/share-gelu.ts). A division costs a pass what a product costs, and a number taken from a
 * tensor costs onnxruntime four times as much as one added to it, hence not exp(−s²).
 */
function erfDerivative(b: GraphBuilder, x: Value): Value {
  const s = b.mul(x, Math.SQRT1_2);
  const distribution = b.add(b.mul(b.erf(s), 0.5), 0.5);
  const inverseDensity = b.exp(b.add(b.mul(s, s), 0.5 * Math.log(Math.PI)));
  return b.add(distribution, b.div(s, inverseDensity));
}

/** With u = √(2/π)·(x + 0.044715·x³), t = tanh u: ½·(1 + t) + ½·x·(1 − t²)·u′. */
function tanhDerivative(b: GraphBuilder, x: Value): Value {
  const scale = Math.sqrt(2 / Math.PI);
  const square = b.mul(x, x);
  const t = b.tanh(b.mul(x, b.add(b.mul(square, scale * 0.044715), scale)));
  const slope = b.add(b.mul(square, scale * 3 * 0.044715), scale);
  const inner = b.mul(b.mul(x, b.sub(1, b.mul(t, t))), slope);
  return b.mul(b.add(b.add(t, 1), inner), 0.5);
}
