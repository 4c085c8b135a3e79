import { type OperatorName, tensorOf } from '../../index.js';
import { binary, i64, type OperatorCase, positive, spread, unary } from './kit.fixture.js';

function rounded(build: OperatorCase['build']): OperatorCase[] {
  return [
    { title: 'both signs', inputs: [spread([2, 4], -3, 3)], build },
    { title: 'halves and integers', inputs: [tensorOf('f32', [6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2])], build },
  ];
}

export const elementwiseCases = {
  Add: binary((b, x, y) => b.add(x, y)),
  Sub: binary((b, x, y) => b.sub(x, y)),
  Mul: binary((b, x, y) => b.mul(x, y)),
  Div: [
    ...binary((b, x, y) => b.div(x, y), positive),
    { title: 'integers', inputs: [i64([4], [7, -7, 9, 1])], build: (b, x) => b.div(x, 2) },
  ],
  Pow: [
    ...binary((b, x, y) => b.pow(x, y), positive),
    { title: 'square', inputs: [spread([3])], build: (b, x) => b.pow(x, 2) },
    { title: 'cube of negative numbers', inputs: [spread([5])], build: (b, x) => b.pow(x, 3) },
  ],
  Min: binary((b, x, y) => b.min(x, y)),
  Max: binary((b, x, y) => b.max(x, y)),
  Neg: unary((b, x) => b.neg(x)),
  Abs: unary((b, x) => b.abs(x)),
  Sqrt: unary((b, x) => b.sqrt(x), 0.2, 3),
  Reciprocal: unary((b, x) => b.reciprocal(x), 0.4, 3),
  Exp: unary((b, x) => b.exp(x)),
  Log: unary((b, x) => b.log(x), 0.2, 3),
  Erf: unary((b, x) => b.erf(x)),
  Tanh: unary((b, x) => b.tanh(x)),
  Sigmoid: [
    ...unary((b, x) => b.sigmoid(x), -5, 5),
    { title: 'quick-GELU', inputs: [spread([2, 3], -4, 4)], build: (b, x) => b.quickGelu(x) },
  ],
  Sin: unary((b, x) => b.sin(x)),
  Cos: unary((b, x) => b.cos(x)),
  Relu: unary((b, x) => b.relu(x)),
  Floor: rounded((b, x) => b.floor(x)),
  Ceil: rounded((b, x) => b.ceil(x)),
  Round: rounded((b, x) => b.round(x)),
  Gelu: [
    ...unary((b, x) => b.gelu(x), -4, 4),
    ...unary((b, x) => b.gelu(x, { approximate: 'tanh' }), -4, 4).map((c) => ({ ...c, title: `tanh, ${c.title}` })),
  ],
  Clip: [
    { title: 'both bounds', inputs: [spread([3, 4])], build: (b, x) => b.clip(x, -0.9, 1.1) },
    { title: 'below only', inputs: [spread([5])], build: (b, x) => b.clip(x, 0.05, null) },
    { title: 'above only, 0-d', inputs: [spread([])], build: (b, x) => b.clip(x, null, 1.5) },
  ],
  Cast: [
    { title: 'to f64 and on', inputs: [spread([2, 2])], build: (b, x) => b.mul(b.cast(x, 'f64'), 2) },
    {
      title: 'an integer factor',
      inputs: [spread([3]), i64([3], [1, -2, 3])],
      build: (b, x, k) => b.mul(x, b.cast(k, 'f32')),
    },
    { title: 'a boolean factor', inputs: [spread([3])], build: (b, x) => b.mul(x, b.cast(b.greater(x, 0.1), 'f32')) },
    {
      title: 'floats to integers',
      inputs: [spread([5], -3, 3)],
      build: (b, x) => [b.cast(x, 'i64'), b.cast(x, 'i32')],
    },
  ],
  Identity: unary((b, x) => b.identity(x)),
  StopGradient: unary((b, x) => b.mul(x, b.stopGradient(x))),
} satisfies Partial<Record<OperatorName, readonly OperatorCase[]>>;
