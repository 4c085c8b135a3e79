import {
  type BatchNormalizationParameters,
  batchNormalizationTraining,
  logSoftmax,
  rmsNormalization,
} from './compositions.js';
import { ConvolutionWriter } from './convolution-writer.js';
import type { DType } from './dtype.js';
import { GraphError } from './errors.js';
import type { Graph, Value } from './graph.js';
import type { OperatorName } from './operators/index.js';
import type { Shape } from './shape.js';

/** A value, or a number that becomes a constant of the other operand's dtype. */
export type Operand = Value | number;

interface ReduceOptions {
  /** Axes to reduce, negative from the back; all when absent. */
  readonly axes?: readonly number[];
  /** Keep reduced axes with size 1 (the default, as in ONNX). */
  readonly keepdims?: boolean;
}

/**
 * Builds a graph with one method an operator, named after the ONNX operator. Shapes are static and checked at once: a
 * wrong operand throws a GraphError that names the operator and its operands. Equal calls share one node.
 */
export class GraphBuilder extends ConvolutionWriter {
  add = (a: Operand, b: Operand): Value => this.#binary('Add', a, b);
  sub = (a: Operand, b: Operand): Value => this.#binary('Sub', a, b);
  mul = (a: Operand, b: Operand): Value => this.#binary('Mul', a, b);
  div = (a: Operand, b: Operand): Value => this.#binary('Div', a, b);
  pow = (a: Operand, b: Operand): Value => this.#binary('Pow', a, b);
  min = (a: Operand, b: Operand): Value => this.#binary('Min', a, b);
  max = (a: Operand, b: Operand): Value => this.#binary('Max', a, b);
  equal = (a: Operand, b: Operand): Value => this.#binary('Equal', a, b);
  less = (a: Operand, b: Operand): Value => this.#binary('Less', a, b);
  lessOrEqual = (a: Operand, b: Operand): Value => this.#binary('LessOrEqual', a, b);
  greater = (a: Operand, b: Operand): Value => this.#binary('Greater', a, b);
  greaterOrEqual = (a: Operand, b: Operand): Value => this.#binary('GreaterOrEqual', a, b);
  and = (a: Value, b: Value): Value => this.appendOne('And', [a, b], {});
  or = (a: Value, b: Value): Value => this.appendOne('Or', [a, b], {});
  not = (x: Value): Value => this.appendOne('Not', [x], {});

  neg = (x: Value): Value => this.appendOne('Neg', [x], {});
  abs = (x: Value): Value => this.appendOne('Abs', [x], {});
  sqrt = (x: Value): Value => this.appendOne('Sqrt', [x], {});
  reciprocal = (x: Value): Value => this.appendOne('Reciprocal', [x], {});
  exp = (x: Value): Value => this.appendOne('Exp', [x], {});
  log = (x: Value): Value => this.appendOne('Log', [x], {});
  erf = (x: Value): Value => this.appendOne('Erf', [x], {});
  tanh = (x: Value): Value => this.appendOne('Tanh', [x], {});
  sigmoid = (x: Value): Value => this.appendOne('Sigmoid', [x], {});
  sin = (x: Value): Value => this.appendOne('Sin', [x], {});
  cos = (x: Value): Value => this.appendOne('Cos', [x], {});
  relu = (x: Value): Value => this.appendOne('Relu', [x], {});
  floor = (x: Value): Value => this.appendOne('Floor', [x], {});
  ceil = (x: Value): Value => this.appendOne('Ceil', [x], {});
  /** To the nearest integer, halves to the even one. */
  round = (x: Value): Value => this.appendOne('Round', [x], {});
  identity = (x: Value): Value => this.appendOne('Identity', [x], {});
  /** x, through which no gradient flows back. */
  stopGradient = (x: Value): Value => this.appendOne('StopGradient', [x], {});

  /** x·Φ(x) (`none`, the default) or its tanh approximation. */
  gelu = (x: Value, { approximate = 'none' }: { approximate?: 'none' | 'tanh' } = {}): Value =>
    this.appendOne('Gelu', [x], { approximate });

  /** x·σ(alpha·x), the GELU of CLIP's first models. */
  quickGelu = (x: Value, { alpha = 1.702 }: { alpha?: number } = {}): Value =>
    this.mul(x, this.sigmoid(this.mul(x, alpha)));

  /** min ≤ x ≤ max; null leaves a side open. */
  clip = (x: Value, min: number | null, max: number | null): Value => this.appendOne('Clip', [x], { min, max });

  cast = (x: Value, dtype: DType): Value => (x.dtype === dtype ? x : this.appendOne('Cast', [x], { to: dtype }));

  /** a where the condition holds, b elsewhere; all three broadcast. */
  where(condition: Value, a: Operand, b: Operand): Value {
    const [left, right] = this.#pair('Where', a, b);
    return this.appendOne('Where', [condition, left, right], {});
  }

  matMul = (a: Value, b: Value): Value => this.appendOne('MatMul', [a, b], {});

  /** x as integers of the zero point's type, else u8: round(x / scale) + zero point; one scale, or one for each index along `axis`. */
  quantizeLinear = (x: Value, scale: Value, zero: Value | null = null, { axis = 1 }: { axis?: number } = {}): Value =>
    this.appendOne('QuantizeLinear', [x, scale, zero], { axis });

  /** (x − zero point) · scale, as f32. */
  dequantizeLinear = (x: Value, scale: Value, zero: Value | null = null, { axis = 1 }: { axis?: number } = {}): Value =>
    this.appendOne('DequantizeLinear', [x, scale, zero], { axis });

  /** x as u8 over the range of its own elements, with the scale and the zero point. */
  dynamicQuantizeLinear(x: Value): { readonly y: Value; readonly scale: Value; readonly zero: Value } {
    const [y = x, scale = x, zero = x] = this.append('DynamicQuantizeLinear', [x], {});
    return { y, scale, zero };
  }

  /** The matrix product of integers less their zero points, in i32. */
  matMulInteger = (a: Value, b: Value, aZero: Value | null = null, bZero: Value | null = null): Value =>
    this.appendOne('MatMulInteger', [a, b, aZero, bZero], {});

  /** alpha · a′ · b′ + beta · c for matrices; transA and transB say which is transposed. */
  gemm(
    a: Value,
    b: Value,
    c: Value | null = null,
    options: { transA?: boolean; transB?: boolean; alpha?: number; beta?: number } = {},
  ): Value {
    const { transA = false, transB = false, alpha = 1, beta = 1 } = options;
    return this.appendOne('Gemm', [a, b, c], { transA, transB, alpha, beta });
  }

  /** As `batchNormalization` with the statistics of the batch; `mean` and `variance` come back moved towards them. */
  batchNormalizationTraining = (
    x: Value,
    parameters: BatchNormalizationParameters,
    options: { epsilon?: number; momentum?: number } = {},
  ): { y: Value; mean: Value; variance: Value } => batchNormalizationTraining(this, x, parameters, options);

  softmax = (x: Value, { axis = -1 }: { axis?: number } = {}): Value => this.appendOne('Softmax', [x], { axis });

  logSoftmax = (x: Value, options: { axis?: number } = {}): Value => logSoftmax(this, x, options);

  /** Normalises x over `axis` (−1 by default) and all after it, then scales and shifts. */
  layerNormalization(
    x: Value,
    scale: Value,
    bias: Value | null = null,
    { axis = -1, epsilon = 1e-5 }: { axis?: number; epsilon?: number } = {},
  ): Value {
    return this.appendOne('LayerNormalization', [x, scale, bias], { axis, epsilon, stash_type: 1 });
  }

  /**
   * Runs `body` once for every row of `scanned`, carrying values from turn to turn. The body's inputs are, in this order,
   * the carried values, one row of each scanned value, and what is the same in every turn; its outputs are the next carried
   * values, then values that come back stacked along a new first axis.
   */
  loop(
    body: Graph,
    operands: {
      readonly carried: readonly Value[];
      readonly scanned: readonly Value[];
      readonly fixed: readonly Value[];
    },
  ): { readonly carried: readonly Value[]; readonly stacked: readonly Value[] } {
    const { carried, scanned, fixed } = operands;
    const turns = scanned[0]?.shape[0];
    if (turns === undefined) throw new GraphError('A loop without a scanned value does not know how often to run.');
    const outputs = this.append('Loop', [...carried, ...scanned, ...fixed], {
      turns,
      carried: carried.length,
      scanned: scanned.length,
      body,
    });
    return { carried: outputs.slice(0, carried.length), stacked: outputs.slice(carried.length) };
  }

  /** x / √(mean x² + epsilon) · scale over `axis` (−1 by default) and all after it. */
  rmsNormalization = (x: Value, scale: Value, options: { axis?: number; epsilon?: number } = {}): Value =>
    rmsNormalization(this, x, scale, options);

  reduceSum = (x: Value, options: ReduceOptions = {}): Value => this.#reduce('ReduceSum', x, options);
  reduceMean = (x: Value, options: ReduceOptions = {}): Value => this.#reduce('ReduceMean', x, options);
  reduceMax = (x: Value, options: ReduceOptions = {}): Value => this.#reduce('ReduceMax', x, options);
  reduceMin = (x: Value, options: ReduceOptions = {}): Value => this.#reduce('ReduceMin', x, options);

  reduceProd = (x: Value, options: ReduceOptions = {}): Value => this.#reduce('ReduceProd', x, options);

  /** Sums of all elements up to each along `axis`, or before each, from the front or the back. */
  cumSum = (
    x: Value,
    { axis, exclusive = false, reverse = false }: { axis: number; exclusive?: boolean; reverse?: boolean },
  ): Value => this.appendOne('CumSum', [x], { axis, exclusive, reverse });

  /** Index of the largest element along `axis`, as i64. */
  argMax = (x: Value, { axis = 0, keepdims = true }: { axis?: number; keepdims?: boolean } = {}): Value =>
    this.appendOne('ArgMax', [x], { axis, keepdims });

  /** Output axis i is input axis perm[i]. */
  transpose = (x: Value, { perm }: { perm: readonly number[] }): Value =>
    perm.every((axis, i) => axis === i) && perm.length === x.shape.length
      ? x
      : this.appendOne('Transpose', [x], { perm });

  /** One dimension may be −1, which is inferred. */
  reshape(x: Value, shape: Shape): Value {
    if (shape.includes(0) && !x.shape.includes(0)) {
      throw new GraphError(`Reshape to [${shape.join(', ')}] would leave no elements; write the dimensions out.`);
    }
    return this.appendOne('Reshape', [x], { shape });
  }

  squeeze = (x: Value, axes: readonly number[] | null = null): Value => this.appendOne('Squeeze', [x], { axes });
  unsqueeze = (x: Value, axes: readonly number[]): Value => this.appendOne('Unsqueeze', [x], { axes });
  expand = (x: Value, shape: Shape): Value => this.appendOne('Expand', [x], { shape });
  concat = (xs: readonly Value[], { axis }: { axis: number }): Value => this.appendOne('Concat', xs, { axis });

  /** Pieces of the given sizes along `axis`. */
  split = (x: Value, { axis, sizes }: { axis: number; sizes: readonly number[] }): readonly Value[] =>
    this.append('Split', [x], { axis, split: sizes, num_outputs: null });

  /** Python's slices: x[starts:ends:steps] along `axes` (the first ones when absent). */
  slice(
    x: Value,
    options: {
      starts: readonly number[];
      ends: readonly number[];
      axes?: readonly number[];
      steps?: readonly number[];
    },
  ): Value {
    const { starts, ends, axes = starts.map((_, i) => i), steps = starts.map(() => 1) } = options;
    return this.appendOne('Slice', [x], { starts, ends, axes, steps });
  }

  /** pads lists what to add before each axis, then after each. */
  pad = (x: Value, { pads, value = 0 }: { pads: readonly number[]; value?: number }): Value =>
    this.appendOne('Pad', [x], { pads, value });

  /** Slices of x along `axis` at integer indices. */
  gather = (x: Value, indices: Value, { axis = 0 }: { axis?: number } = {}): Value =>
    this.appendOne('Gather', [x, indices], { axis });

  gatherElements = (x: Value, indices: Value, { axis = 0 }: { axis?: number } = {}): Value =>
    this.appendOne('GatherElements', [x, indices], { axis });

  /** x with `updates` put (or added, with reduction 'add') at `indices` along `axis`. */
  scatterElements = (
    x: Value,
    indices: Value,
    updates: Value,
    { axis = 0, reduction = 'none' }: { axis?: number; reduction?: 'none' | 'add' } = {},
  ): Value => this.appendOne('ScatterElements', [x, indices, updates], { axis, reduction });

  /** Slices of x, addressed by the last axis of `indices` (i64). */
  gatherND = (x: Value, indices: Value): Value => this.appendOne('GatherND', [x, indices], {});

  /** x with slices, addressed by the last axis of `indices` (i64), replaced by or added to `updates`. */
  scatterND = (
    x: Value,
    indices: Value,
    updates: Value,
    { reduction = 'none' }: { reduction?: 'none' | 'add' } = {},
  ): Value => this.appendOne('ScatterND', [x, indices, updates], { reduction });

  #binary<K extends BinaryName>(operator: K, a: Operand, b: Operand): Value {
    return this.appendOne<BinaryName>(operator, this.#pair(operator, a, b), {});
  }

  #reduce(operator: ReduceName, x: Value, options: ReduceOptions): Value {
    return this.appendOne(operator, [x], { axes: options.axes ?? null, keepdims: options.keepdims ?? true });
  }

  #pair(operator: OperatorName, a: Operand, b: Operand): readonly [Value, Value] {
    if (typeof a !== 'number') return [a, typeof b === 'number' ? this.constant(b, a.dtype) : b];
    if (typeof b !== 'number') return [this.constant(a, b.dtype), b];
    throw new GraphError(`${operator}(${a}, ${b}): both operands are plain numbers; compute this in TypeScript.`);
  }
}

type ReduceName = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

type BinaryName =
  | 'Add'
  | 'Sub'
  | 'Mul'
  | 'Div'
  | 'Pow'
  | 'Min'
  | 'Max'
  | 'Equal'
  | 'Less'
  | 'LessOrEqual'
  | 'Greater'
  | 'GreaterOrEqual';
