/** Arithmetic of many operands, of integers and of booleans, and operators that pass their operand on. */
import { isFloat } from '../../dtype.js';
import type { Value } from '../../graph.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

function sum(node: OnnxNode): Value {
  const [first, ...rest] = node.inputs();
  return first === undefined ? node.unsupported('has nothing to add') : rest.reduce((a, x) => node.b.add(a, x), first);
}

/** Towards zero. Integer division truncates already. */
function truncated({ b }: OnnxNode, x: Value): Value {
  return isFloat(x.dtype) ? b.where(b.less(x, 0), b.ceil(x), b.floor(x)) : x;
}

/**
 * Dropout passes its operand on. Its random masks are no part of a graph that must give the same numbers in every run; a
 * recipe asks for regularisation with Stockpot's own means.
 */
function dropout(node: OnnxNode): readonly (Value | null)[] {
  const x = node.input(0);
  return [x, node.wants(1) ? node.b.expand(node.b.constant(1, 'bool'), x.shape) : null];
}

/** Base and exponent may differ in dtype; the result has that of the base. */
function pow(node: OnnxNode): Value {
  const { b } = node;
  const [base, exponent] = [node.input(0), node.input(1)];
  if (base.dtype === exponent.dtype || isFloat(base.dtype)) return b.pow(base, b.cast(exponent, base.dtype));
  return b.cast(b.pow(b.cast(base, exponent.dtype), exponent), base.dtype);
}

export const arithmetic: Readonly<Record<string, NodeReader>> = {
  Sum: { read: sum },
  Pow: { read: pow },
  Mean: { read: (node) => node.b.mul(sum(node), 1 / node.inputCount) },
  /** The remainder has the sign of the divisor, or with `fmod` of the dividend. */
  Mod: {
    attributes: ['fmod'],
    read(node) {
      const { b } = node;
      const [dividend, divisor] = [node.input(0), node.input(1)];
      const rest = b.sub(dividend, b.mul(divisor, truncated(node, b.div(dividend, divisor))));
      if (node.flag('fmod', false)) return rest;
      return b.where(b.less(b.mul(rest, divisor), 0), b.add(rest, divisor), rest);
    },
  },
  Xor: {
    read(node) {
      const { b } = node;
      const [left, right] = [node.input(0), node.input(1)];
      return b.and(b.or(left, right), b.not(b.and(left, right)));
    },
  },
  CastLike: { attributes: ['saturate'], read: (node) => node.b.cast(node.input(0), node.input(1).dtype) },
  Dropout: { attributes: ['ratio', 'seed', 'training_mode', 'is_test'], read: dropout },
};
