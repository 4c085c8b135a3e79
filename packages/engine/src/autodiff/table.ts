import type { OperatorName } from '../graph/index.js';
import { type GradientRule, type NotDifferentiable, notDifferentiable } from './rule.js';
import * as arithmetic from './rules/arithmetic.js';
import { batchNormalization } from './rules/batch-normalization.js';
import * as convolution from './rules/convolution.js';
import * as functions from './rules/functions.js';
import { gelu } from './rules/gelu.js';
import * as indexing from './rules/indexing.js';
import * as linear from './rules/linear-algebra.js';
import { loop } from './rules/loop.js';
import * as normalization from './rules/normalization.js';
import * as pooling from './rules/pooling.js';
import * as reduction from './rules/reduction.js';
import * as shape from './rules/shape.js';

const rounding = notDifferentiable('Rounding is a step function; stop the gradient around it.');
const quantised = notDifferentiable(
  'Integers of eight bits have no gradient; train in f32 and quantise what was trained.',
);
const comparison = notDifferentiable('A comparison is a step function; stop the gradient or use where().');

/** Every operator with its rule, or with the reason why it has none. An operator without a row does not compile. */
export const gradientTable: { readonly [K in OperatorName]: GradientRule<K> | NotDifferentiable } = {
  Add: arithmetic.add,
  Sub: arithmetic.sub,
  Mul: arithmetic.mul,
  Div: arithmetic.div,
  Pow: arithmetic.pow,
  Min: arithmetic.min,
  Max: arithmetic.max,
  Neg: functions.neg,
  Abs: functions.abs,
  Sqrt: functions.sqrt,
  Reciprocal: functions.reciprocal,
  Exp: functions.exp,
  Log: functions.log,
  Erf: functions.erf,
  Tanh: functions.tanh,
  Sigmoid: functions.sigmoid,
  Sin: functions.sin,
  Cos: functions.cos,
  Relu: functions.relu,
  Floor: rounding,
  Ceil: rounding,
  Round: rounding,
  Gelu: gelu,
  Clip: functions.clip,
  Cast: functions.cast,
  Identity: functions.identity,
  StopGradient: functions.stopGradient,
  Equal: comparison,
  Less: comparison,
  LessOrEqual: comparison,
  Greater: comparison,
  GreaterOrEqual: comparison,
  And: notDifferentiable('Booleans have no gradient.'),
  Or: notDifferentiable('Booleans have no gradient.'),
  Not: notDifferentiable('Booleans have no gradient.'),
  Where: arithmetic.where,
  Softmax: normalization.softmax,
  LayerNormalization: normalization.layerNormalization,
  BatchNormalization: batchNormalization,
  ReduceSum: reduction.reduceSum,
  ReduceMean: reduction.reduceMean,
  ReduceMax: reduction.reduceMax,
  ReduceMin: reduction.reduceMin,
  ReduceProd: notDifferentiable('The gradient of a product breaks at zeros; sum logarithms instead.'),
  CumSum: reduction.cumSum,
  ArgMax: notDifferentiable('A position has no gradient; use softmax for a smooth choice.'),
  MatMul: linear.matMul,
  Gemm: linear.gemm,
  Conv: convolution.conv,
  ConvTranspose: convolution.convTranspose,
  MaxPool: pooling.maxPool,
  AveragePool: pooling.averagePool,
  GlobalAveragePool: pooling.globalAveragePool,
  Transpose: shape.transpose,
  Reshape: shape.reshape,
  Squeeze: shape.squeeze,
  Unsqueeze: shape.unsqueeze,
  Expand: shape.expand,
  Concat: shape.concat,
  Split: shape.split,
  Slice: shape.slice,
  Pad: shape.pad,
  Gather: indexing.gather,
  GatherElements: indexing.gatherElements,
  ScatterElements: indexing.scatterElements,
  ScatterND: indexing.scatterND,
  GatherND: indexing.gatherND,
  QuantizeLinear: quantised,
  DequantizeLinear: quantised,
  DynamicQuantizeLinear: quantised,
  MatMulInteger: quantised,
  Loop: loop,
};
