/**
 * The table of operators. A new operator is one file (or one row of a family) and one row here; the compiler then asks for
 * its gradient rule (autodiff/table.ts) and its reference implementation (runtime/reference/table.ts).
 */
import type { ValuesOf } from '../attributes.js';
import { argMax } from './arg-max.js';
import { batchNormalization } from './batch-normalization.js';
import { cast } from './cast.js';
import { clip } from './clip.js';
import { concat } from './concat.js';
import { conv } from './conv.js';
import { convTranspose } from './conv-transpose.js';
import { cumSum } from './cum-sum.js';
import type { OperatorDefinition } from './definition.js';
import * as elementwise from './elementwise.js';
import { expand } from './expand.js';
import { gather } from './gather.js';
import { gatherElements } from './gather-elements.js';
import { gatherND } from './gather-nd.js';
import { gelu } from './gelu.js';
import { gemm } from './gemm.js';
import { layerNormalization } from './layer-normalization.js';
import { loop } from './loop.js';
import { matMul } from './mat-mul.js';
import { matMulInteger } from './mat-mul-integer.js';
import { pad } from './pad.js';
import * as pool from './pool.js';
import * as quantization from './quantization.js';
import * as reduce from './reduce.js';
import { reshape } from './reshape.js';
import { scatterElements } from './scatter-elements.js';
import { scatterND } from './scatter-nd.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { split } from './split.js';
import { squeeze } from './squeeze.js';
import { transpose } from './transpose.js';
import { unsqueeze } from './unsqueeze.js';

export const operators = {
  Add: elementwise.add,
  Sub: elementwise.sub,
  Mul: elementwise.mul,
  Div: elementwise.div,
  Pow: elementwise.pow,
  Min: elementwise.min,
  Max: elementwise.max,
  Neg: elementwise.neg,
  Abs: elementwise.abs,
  Sqrt: elementwise.sqrt,
  Reciprocal: elementwise.reciprocal,
  Exp: elementwise.exp,
  Log: elementwise.log,
  Erf: elementwise.erf,
  Tanh: elementwise.tanh,
  Sigmoid: elementwise.sigmoid,
  Sin: elementwise.sin,
  Cos: elementwise.cos,
  Relu: elementwise.relu,
  Floor: elementwise.floor,
  Ceil: elementwise.ceil,
  Round: elementwise.round,
  Gelu: gelu,
  Clip: clip,
  Cast: cast,
  Identity: elementwise.identity,
  StopGradient: elementwise.stopGradient,
  Equal: elementwise.equal,
  Less: elementwise.less,
  LessOrEqual: elementwise.lessOrEqual,
  Greater: elementwise.greater,
  GreaterOrEqual: elementwise.greaterOrEqual,
  And: elementwise.and,
  Or: elementwise.or,
  Not: elementwise.not,
  Where: elementwise.where,
  Softmax: softmax,
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  ReduceSum: reduce.reduceSum,
  ReduceMean: reduce.reduceMean,
  ReduceMax: reduce.reduceMax,
  ReduceMin: reduce.reduceMin,
  ReduceProd: reduce.reduceProd,
  CumSum: cumSum,
  ArgMax: argMax,
  MatMul: matMul,
  Gemm: gemm,
  Conv: conv,
  ConvTranspose: convTranspose,
  MaxPool: pool.maxPool,
  AveragePool: pool.averagePool,
  GlobalAveragePool: pool.globalAveragePool,
  Transpose: transpose,
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  GatherElements: gatherElements,
  ScatterElements: scatterElements,
  ScatterND: scatterND,
  GatherND: gatherND,
  Loop: loop,
  QuantizeLinear: quantization.quantizeLinear,
  DequantizeLinear: quantization.dequantizeLinear,
  DynamicQuantizeLinear: quantization.dynamicQuantizeLinear,
  MatMulInteger: matMulInteger,
} as const;

export type OperatorName = keyof typeof operators;
export const operatorNames = Object.keys(operators) as OperatorName[];

/** The attributes of an operator, all resolved: what may be absent is null. */
export type AttributesOf<K extends OperatorName> =
  (typeof operators)[K] extends OperatorDefinition<infer S> ? ValuesOf<S> : never;
