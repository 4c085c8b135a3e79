import type { OperatorName } from '../../graph/index.js';
import * as lowerings from './lowerings.js';
import * as quantised from './quantised-lowerings.js';
import type { KernelDType, WebgpuRule } from './rule.js';

const FLOATS = ['f32', 'f16'] as const satisfies readonly KernelDType[];
const NUMBERS = ['f32', 'f16', 'i32'] as const satisfies readonly KernelDType[];
const BOOLEANS = ['bool'] as const satisfies readonly KernelDType[];
const INTEGERS = ['i32'] as const satisfies readonly KernelDType[];
const EIGHT_BITS = 'There are no kernels for integers of eight bits.';
const ALL = ['f32', 'f16', 'i32', 'bool'] as const satisfies readonly KernelDType[];

/** WGSL promises sine and cosine to 2^-11 absolute between −π and π, and nothing beyond. */
const TRIGONOMETRY = 2 ** -11;

/**
 * What the WebGPU provider of onnxruntime 1.30 does with every operator, as found by running all of them with the fallback to
 * the CPU switched off (webgpu.test.ts holds every row to it). An operator without a row does not compile.
 */
export const webgpuRules: { readonly [K in OperatorName]: WebgpuRule<K> } = {
  Add: { takes: NUMBERS },
  Sub: { takes: NUMBERS },
  Mul: { takes: NUMBERS },
  Div: { takes: NUMBERS },
  Pow: { takes: NUMBERS, lower: lowerings.pow, because: 'It fails when an operand broadcasts.' },
  Min: { takes: NUMBERS },
  Max: { takes: NUMBERS },
  Neg: { takes: NUMBERS, lower: lowerings.neg, because: 'There is no kernel for integers.' },
  Abs: { takes: NUMBERS, lower: lowerings.abs, because: 'There is no kernel for integers.' },
  Sqrt: { takes: FLOATS },
  Reciprocal: { takes: FLOATS },
  Exp: { takes: FLOATS },
  Log: { takes: FLOATS },
  Erf: { takes: FLOATS },
  Tanh: { takes: FLOATS },
  Sigmoid: { takes: FLOATS },
  Sin: { takes: FLOATS, bound: TRIGONOMETRY },
  Cos: { takes: FLOATS, bound: TRIGONOMETRY },
  Relu: { takes: FLOATS },
  Floor: { takes: FLOATS },
  Ceil: { takes: FLOATS },
  Round: { takes: FLOATS, lower: lowerings.round, because: 'There is no kernel.' },
  Gelu: { takes: FLOATS },
  Clip: { takes: NUMBERS },
  Cast: { takes: ALL, lower: lowerings.cast, because: 'i64 and u8 are i32 on the device.' },
  Identity: { takes: ALL },
  StopGradient: { takes: ALL },
  Equal: { takes: NUMBERS },
  Less: { takes: NUMBERS },
  LessOrEqual: { takes: NUMBERS },
  Greater: { takes: NUMBERS },
  GreaterOrEqual: { takes: NUMBERS },
  And: { takes: BOOLEANS },
  Or: { takes: BOOLEANS, lower: lowerings.or, because: 'There is no kernel.' },
  Not: { takes: BOOLEANS },
  Where: { takes: ALL, data: 1 },
  Softmax: { takes: FLOATS },
  LayerNormalization: {
    takes: FLOATS,
    lower: lowerings.layerNormalization,
    because: 'Scale and bias must have the normalised shape.',
  },
  BatchNormalization: { takes: FLOATS },
  ReduceSum: { takes: NUMBERS },
  ReduceMean: { takes: NUMBERS },
  ReduceMax: { takes: NUMBERS },
  ReduceMin: { takes: NUMBERS },
  ReduceProd: { takes: NUMBERS },
  CumSum: { takes: NUMBERS },
  ArgMax: { takes: NUMBERS, lower: lowerings.argMax, because: 'It gives i64, with which nothing else computes.' },
  MatMul: { takes: FLOATS },
  Gemm: { takes: FLOATS },
  Conv: { takes: FLOATS },
  ConvTranspose: {
    takes: FLOATS,
    missing: lowerings.volumes,
    lower: lowerings.convTranspose,
    because: 'Groups come out wrong.',
  },
  MaxPool: { takes: FLOATS },
  AveragePool: { takes: FLOATS },
  GlobalAveragePool: { takes: FLOATS },
  Transpose: { takes: NUMBERS },
  Reshape: { takes: ALL },
  Squeeze: { takes: ALL },
  Unsqueeze: { takes: ALL },
  Expand: { takes: ALL },
  Concat: { takes: NUMBERS },
  Split: { takes: NUMBERS, lower: lowerings.split, because: 'A shader may have eight buffers only.' },
  Slice: { takes: NUMBERS, lower: lowerings.slice, because: 'There is no kernel for integers.' },
  Pad: { takes: NUMBERS },
  Gather: { takes: ALL },
  GatherElements: { takes: FLOATS },
  ScatterElements: { takes: NUMBERS },
  ScatterND: { takes: NUMBERS, lower: lowerings.scatterND, because: 'Indices are i32 on the device.' },
  Loop: {
    takes: ALL,
    lower: lowerings.loop,
    because: 'The provider leaves loops to the CPU; the turns are written out.',
  },
  QuantizeLinear: { takes: FLOATS, lower: quantised.quantizeLinear, because: EIGHT_BITS },
  DequantizeLinear: { takes: INTEGERS, lower: quantised.dequantizeLinear, because: EIGHT_BITS },
  DynamicQuantizeLinear: { takes: FLOATS, lower: quantised.dynamicQuantizeLinear, because: EIGHT_BITS },
  MatMulInteger: { takes: INTEGERS, lower: quantised.matMulInteger, because: EIGHT_BITS },
  GatherND: { takes: NUMBERS, lower: lowerings.gatherND, because: 'Indices are i32 on the device.' },
};
