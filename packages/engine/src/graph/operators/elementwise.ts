/**
 * Operators that work element by element and have no attributes: one row each. The operands of the binary ones broadcast
 * (ONNX, "Multidirectional Broadcasting").
 */
import { isFloat } from '../dtype.js';
import { broadcastShapes } from '../shape.js';
import type { TensorType } from '../tensor.js';
import { defineOperator, type InferContext, standard } from './definition.js';

type Context = InferContext<Record<string, never>>;

function broadcast(context: Context): number[] {
  return (
    broadcastShapes(...context.inputs.map((_, i) => context.input(i).shape)) ??
    context.fail('The shapes do not broadcast together')
  );
}

const unary = (type: string, since: number, accepts: (input: TensorType) => boolean, wanted: string) =>
  defineOperator({
    onnx: standard(type, since),
    arity: [1, 1],
    attributes: {},
    infer(context) {
      const input = context.input(0);
      return accepts(input) ? [input] : context.fail(`It takes ${wanted}; cast the operand`);
    },
  });

const unaryFloat = (type: string, since: number) =>
  unary(type, since, (input) => isFloat(input.dtype), 'floating-point numbers');
const unaryNumber = (type: string, since: number) => unary(type, since, (input) => input.dtype !== 'bool', 'numbers');

const binary = (type: string, since: number, result: 'same' | 'bool', operands: 'number' | 'bool' | 'any') =>
  defineOperator({
    onnx: standard(type, since),
    arity: [2, 2],
    attributes: {},
    infer(context) {
      const dtype = context.sameDtype();
      if (operands === 'number' && dtype === 'bool') return context.fail('It takes numbers, not booleans; cast them');
      if (operands === 'bool' && dtype !== 'bool') return context.fail('It takes booleans; compare first');
      return [{ dtype: result === 'bool' ? 'bool' : dtype, shape: broadcast(context) }];
    },
  });

export const add = binary('Add', 14, 'same', 'number');
export const sub = binary('Sub', 14, 'same', 'number');
export const mul = binary('Mul', 14, 'same', 'number');
export const div = binary('Div', 14, 'same', 'number');
export const pow = binary('Pow', 15, 'same', 'number');
export const min = { ...binary('Min', 13, 'same', 'number'), variadic: true };
export const max = { ...binary('Max', 13, 'same', 'number'), variadic: true };

export const equal = binary('Equal', 19, 'bool', 'any');
export const less = binary('Less', 13, 'bool', 'number');
export const lessOrEqual = binary('LessOrEqual', 16, 'bool', 'number');
export const greater = binary('Greater', 13, 'bool', 'number');
export const greaterOrEqual = binary('GreaterOrEqual', 16, 'bool', 'number');
export const and = binary('And', 7, 'bool', 'bool');
export const or = binary('Or', 7, 'bool', 'bool');
export const not = unary('Not', 1, (input) => input.dtype === 'bool', 'booleans');

export const neg = unaryNumber('Neg', 13);
export const abs = unaryNumber('Abs', 13);
export const sqrt = unaryFloat('Sqrt', 13);
export const reciprocal = unaryFloat('Reciprocal', 13);
export const exp = unaryFloat('Exp', 13);
export const log = unaryFloat('Log', 13);
export const erf = unaryFloat('Erf', 13);
export const tanh = unaryFloat('Tanh', 13);
export const sigmoid = unaryFloat('Sigmoid', 13);
export const sin = unaryFloat('Sin', 7);
export const cos = unaryFloat('Cos', 7);
export const relu = unaryFloat('Relu', 14);
export const floor = unaryFloat('Floor', 13);
export const ceil = unaryFloat('Ceil', 13);
/** To the nearest integer, halves to the even one. */
export const round = unaryFloat('Round', 11);

export const identity = unary('Identity', 19, () => true, 'anything');
/** Passes its operand on and no gradient back. ONNX has no such operator; it is written as Identity. */
export const stopGradient = defineOperator({ ...identity, writeOnly: true });

export const where = defineOperator({
  onnx: standard('Where', 16),
  arity: [3, 3],
  attributes: {},
  infer(context) {
    context.requireDtype(0, 'bool');
    const { dtype } = context.input(1);
    if (context.input(2).dtype !== dtype) return context.fail('Both choices must have one dtype; cast one of them');
    return [{ dtype, shape: broadcast(context) }];
  },
});
