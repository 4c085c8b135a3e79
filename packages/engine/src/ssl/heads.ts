import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ParameterValues } from '../models/parameter-values.js';
import { type Initial, layerNorm, linear, type ParameterTable } from '../models/parameters.js';
import { batchNorm } from './batch-norm.js';

/** A multi-layer perceptron on top of an encoder, as the self-supervised methods use them. */
export interface Head {
  /** Prefix of its tensors; they are numbered as the modules of torch's `Sequential` that it mirrors. */
  readonly name: string;
  /** Width of the input, of each hidden layer, of the output. */
  readonly widths: readonly number[];
  readonly activation: 'relu' | 'gelu';
  /** Whether linear layers have biases. */
  readonly bias: boolean;
  /** Batch normalisation after every layer but the last. */
  readonly hiddenNorm: boolean;
  /** Batch normalisation, without scale and shift, after the last layer. */
  readonly lastNorm: boolean;
  /**
   * First values of linear layers: torch's own, uniform in ±1/√inputs for weights and biases (left out), or N(0, 0.02) with
   * biases of zero.
   */
  readonly initial?: 'normal';
}

interface Layer {
  readonly linear: string;
  /** Null where no norm follows, or one without parameters. */
  readonly norm: string | null;
  readonly inputs: number;
  readonly outputs: number;
  readonly last: boolean;
}

function layersOf({ name, widths, hiddenNorm }: Head): Layer[] {
  const modulesPerLayer = hiddenNorm ? 3 : 2;
  return widths.slice(1).map((outputs, index) => {
    const last = index === widths.length - 2;
    const at = index * modulesPerLayer;
    return {
      linear: `${name}.${at}`,
      norm: hiddenNorm && !last ? `${name}.${at + 1}` : null,
      inputs: widths[index] ?? 0,
      outputs,
      last,
    };
  });
}

export function headParameters(head: Head): ParameterTable {
  return layersOf(head).flatMap((layer) => {
    const initial = firstValues(head, layer.inputs);
    const both = linear(layer.linear, layer.inputs, layer.outputs).map((spec) =>
      head.initial === 'normal' && spec.name.endsWith('.bias') ? spec : { ...spec, initial },
    );
    return [
      ...(head.bias ? both : both.filter(({ name }) => name.endsWith('.weight'))),
      ...(layer.norm === null ? [] : layerNorm(layer.norm, layer.outputs)),
    ];
  });
}

function firstValues({ initial }: Head, inputs: number): Initial {
  // ±√(6 / (inputs + 5·inputs)) is ±1/√inputs.
  return initial === 'normal'
    ? { kind: 'normal', std: 0.02 }
    : { kind: 'xavier-uniform', fanIn: inputs, fanOut: 5 * inputs };
}

/** Rows [N, first width] → [N, last width]. */
export function applyHead(b: GraphBuilder, parameters: ParameterValues, head: Head, rows: Value): Value {
  let x = rows;
  for (const layer of layersOf(head)) {
    const bias = head.bias ? parameters(`${layer.linear}.bias`) : null;
    x = b.gemm(x, parameters(`${layer.linear}.weight`), bias, { transB: true });
    if (layer.norm !== null) {
      const affine = { scale: parameters(`${layer.norm}.weight`), shift: parameters(`${layer.norm}.bias`) };
      x = batchNorm(b, x, affine);
    }
    if (layer.last) return head.lastNorm ? batchNorm(b, x, null) : x;
    x = head.activation === 'relu' ? b.relu(x) : b.gelu(x);
  }
  return x;
}

/** The head of Self-Soupervision's MoCo v3 and MMCR: Linear(D → 4D), GELU, Linear(→ D), without batch normalisation. */
export function selfSoupHead(width: number): Head {
  return {
    name: 'ssl_head',
    widths: [width, 4 * width, width],
    activation: 'gelu',
    bias: true,
    hiddenNorm: false,
    lastNorm: false,
  };
}
