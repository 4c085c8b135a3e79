import type { GraphBuilder, Value } from '../../graph/index.js';
import type { GradientRule } from '../rule.js';

/** Φ(x) + x·φ(x), or the derivative of the tanh approximation. */
export const gelu: GradientRule<'Gelu'> = (context) => {
  const { b, gradient } = context;
  const derivative = context.attributes.approximate === 'none' ? erfDerivative : tanhDerivative;
  return [b.mul(gradient, derivative(b, context.input(0)))];
};

/**
 * With s = x/√2: Φ = ½ + ½·erf(s) and x·φ(x) = s·exp(ln(1/√π) − s²). Nine passes over the data; the constant factor of
 * the density costs none because it sits in the exponent.
 */
function erfDerivative(b: GraphBuilder, x: Value): Value {
  const s = b.mul(x, Math.SQRT1_2);
  const density = b.exp(b.sub(-0.5 * Math.log(Math.PI), b.mul(s, s)));
  const distribution = b.add(b.mul(b.erf(s), 0.5), 0.5);
  return b.add(distribution, b.mul(s, density));
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
