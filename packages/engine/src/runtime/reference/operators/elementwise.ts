/** Element-wise operators. Operands broadcast as ONNX's multidirectional broadcasting has it. */
import { isFloat, isInteger } from '../../../graph/dtype.js';
import type { DType, OperatorName } from '../../../graph/index.js';
import { erf as errorFunction } from '../erf.js';
import type { Evaluate, EvaluateContext } from '../evaluate.js';
import { broadcastOffset, generate } from '../indexing.js';

function unary<K extends OperatorName>(compute: (x: number) => number): Evaluate<K> {
  return (context) => [context.input(0).data.map(compute)];
}

function binary<K extends OperatorName>(compute: (a: number, b: number, dtype: DType) => number): Evaluate<K> {
  return (context) => {
    const a = context.input(0);
    const b = context.input(1);
    return [
      generate(context.output().shape, (position) =>
        compute(
          at(a.data, broadcastOffset(a.shape, position)),
          at(b.data, broadcastOffset(b.shape, position)),
          a.dtype,
        ),
      ),
    ];
  };
}

function at(data: Float64Array, offset: number): number {
  return data[offset] ?? Number.NaN;
}

export const add: Evaluate<'Add'> = binary((a, b) => a + b);
export const sub: Evaluate<'Sub'> = binary((a, b) => a - b);
export const mul: Evaluate<'Mul'> = binary((a, b) => a * b);
/** Integer division truncates. */
export const div: Evaluate<'Div'> = binary((a, b, dtype) => (isInteger(dtype) ? Math.trunc(a / b) : a / b));
export const pow: Evaluate<'Pow'> = binary((a, b) => a ** b);
/** Math.min and Math.max hand NaN on, as ONNX asks. */
export const min: Evaluate<'Min'> = binary((a, b) => Math.min(a, b));
export const max: Evaluate<'Max'> = binary((a, b) => Math.max(a, b));

export const equal: Evaluate<'Equal'> = binary((a, b) => Number(a === b));
export const less: Evaluate<'Less'> = binary((a, b) => Number(a < b));
export const lessOrEqual: Evaluate<'LessOrEqual'> = binary((a, b) => Number(a <= b));
export const greater: Evaluate<'Greater'> = binary((a, b) => Number(a > b));
export const greaterOrEqual: Evaluate<'GreaterOrEqual'> = binary((a, b) => Number(a >= b));
export const and: Evaluate<'And'> = binary((a, b) => Number(a !== 0 && b !== 0));
export const or: Evaluate<'Or'> = binary((a, b) => Number(a !== 0 || b !== 0));
export const not: Evaluate<'Not'> = unary((x) => Number(x === 0));

export const neg: Evaluate<'Neg'> = unary((x) => -x);
export const abs: Evaluate<'Abs'> = unary(Math.abs);
export const sqrt: Evaluate<'Sqrt'> = unary(Math.sqrt);
export const reciprocal: Evaluate<'Reciprocal'> = unary((x) => 1 / x);
export const exp: Evaluate<'Exp'> = unary(Math.exp);
export const log: Evaluate<'Log'> = unary(Math.log);
export const erf: Evaluate<'Erf'> = unary(errorFunction);
export const tanh: Evaluate<'Tanh'> = unary(Math.tanh);
export const sigmoid: Evaluate<'Sigmoid'> = unary((x) => 1 / (1 + Math.exp(-x)));
export const sin: Evaluate<'Sin'> = unary(Math.sin);
export const cos: Evaluate<'Cos'> = unary(Math.cos);
export const relu: Evaluate<'Relu'> = unary((x) => Math.max(x, 0));
export const floor: Evaluate<'Floor'> = unary(Math.floor);
export const ceil: Evaluate<'Ceil'> = unary(Math.ceil);
export const round: Evaluate<'Round'> = unary(roundHalfEven);

export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? 2 * Math.round(below / 2 + 0.25) : Math.round(x);
}
export const identity: Evaluate<'Identity'> = unary((x) => x);
export const stopGradient: Evaluate<'StopGradient'> = unary((x) => x);

export const gelu: Evaluate<'Gelu'> = (context) => {
  const compute =
    context.attributes.approximate === 'none'
      ? (x: number) => 0.5 * x * (1 + errorFunction(x / Math.SQRT2))
      : (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  return [context.input(0).data.map(compute)];
};

export const clip: Evaluate<'Clip'> = (context) => {
  const { min: least, max: most } = context.attributes;
  return [context.input(0).data.map((x) => Math.min(Math.max(x, least ?? -Infinity), most ?? Infinity))];
};

export const where: Evaluate<'Where'> = (context: EvaluateContext<'Where'>) => {
  const [condition, a, b] = [context.input(0), context.input(1), context.input(2)];
  return [
    generate(context.output().shape, (position) => {
      const chosen = at(condition.data, broadcastOffset(condition.shape, position)) !== 0 ? a : b;
      return at(chosen.data, broadcastOffset(chosen.shape, position));
    }),
  ];
};

/** Between floats nothing is rounded, since everything here is f64; to integers it truncates, to booleans it compares with 0. */
export const cast: Evaluate<'Cast'> = (context) => {
  const { to } = context.attributes;
  return [context.input(0).data.map((x) => convert(x, to))];
};

function convert(x: number, to: DType): number {
  if (isFloat(to)) return x;
  if (to === 'bool') return Number(x !== 0);
  const whole = Math.trunc(x);
  if (to === 'i8') return (whole << 24) >> 24;
  return to === 'u8' ? whole & 0xff : whole;
}
