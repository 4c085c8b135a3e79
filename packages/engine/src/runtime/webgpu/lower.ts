import {
  type AttributesOf,
  type DType,
  type Graph,
  GraphBuilder,
  type GraphNode,
  type NodeOf,
  type OperatorName,
  type Tensor,
  tensorOf,
  type Value,
} from '../../graph/index.js';
import { replay } from '../../graph/rewrites/rebuild.js';
import { DeviceError } from '../errors.js';
import type { KernelDType, WebgpuRule } from './rule.js';
import { webgpuRules } from './rules.js';

/** How each element type is held on the device; null for one that it cannot compute with. */
const held: Readonly<Record<DType, KernelDType | null>> = {
  f32: 'f32',
  f16: 'f16',
  bool: 'bool',
  i32: 'i32',
  // Lengths and positions, which fit: a tensor has fewer than 2^31 elements here. Checked when they are fed.
  i64: 'i32',
  u8: 'i32',
  i8: 'i32',
  f64: null,
  bf16: null,
};

const refusals: Readonly<Partial<Record<DType, string>>> = {
  f64: 'WebGPU has no 64-bit floats. Compute in f32, or run on the cpu device.',
  bf16: 'bf16 is a storage type: no device computes with it. Convert it to f32.',
};

/** The same graph in operators and element types that WebGPU has. Inputs and outputs keep their names and shapes. */
export function lowerForWebgpu(graph: Graph): Graph {
  const b = new GraphBuilder();
  const inputs = graph.inputs.map((input) => b.input(input.name, heldAs(input), input.shape));
  const outputs = inline(b, graph, inputs);
  for (const [i, { name }] of graph.outputs.entries()) {
    const output = outputs[i];
    if (output !== undefined) b.output(name, output);
  }
  // Not build(): its rewrites would take back what was said differently on purpose.
  return b.snapshot();
}

/** Writes the nodes of `graph` for the device; `inputs` are its inputs, and its outputs are returned. */
function inline(b: GraphBuilder, graph: Graph, inputs: readonly Value[]): readonly Value[] {
  const known = replay(graph, {
    inputs,
    constant: ({ value, tensor }) => {
      const { dtype, shape, data } = toDevice(value.name, tensor);
      return b.constant(data, dtype, shape, value.name);
    },
    node: (node, operands) => {
      node.outputs.forEach(heldAs);
      return lowerNode(b, node, operands);
    },
  });
  return graph.outputs.map(({ value }) => known(value));
}

/** A tensor as the device holds it. Throws DeviceError when an integer does not fit. */
export function toDevice(name: string, tensor: Tensor): Tensor {
  const dtype = heldAs({ name, dtype: tensor.dtype });
  if (dtype === tensor.dtype) return tensor;
  const { shape, data } = tensor;
  if (data instanceof BigInt64Array) {
    const large = data.find((value) => BigInt.asIntN(32, value) !== value);
    if (large !== undefined) {
      throw new DeviceError(
        'webgpu',
        `"${name}" holds ${large}, and WebGPU has 32-bit integers only.`,
        'Run on the cpu device.',
      );
    }
  }
  return { dtype, shape, data: Int32Array.from(data, Number) };
}

/** A tensor that came from the device, in the type that the graph gives it. */
export function fromDevice(tensor: Tensor, dtype: DType): Tensor {
  if (tensor.dtype === dtype) return tensor;
  const { shape, data } = tensor;
  if (dtype === 'i64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) };
  return tensorOf(dtype, shape, Float64Array.from(data, Number));
}

/** Outputs as the graph types them, out of how the device holds them. */
export function inGraphTypes(graph: Graph, outputs: Record<string, Tensor>): Record<string, Tensor> {
  for (const { name, value } of graph.outputs) {
    const held = outputs[name];
    if (held !== undefined) outputs[name] = fromDevice(held, value.dtype);
  }
  return outputs;
}

function heldAs({ name, dtype }: Pick<Value, 'name' | 'dtype'>): KernelDType {
  const found = held[dtype];
  if (found !== null) return found;
  throw new DeviceError('webgpu', `"${name}" is ${dtype}.`, refusals[dtype] ?? 'Convert it to f32.');
}

function lowerNode(b: GraphBuilder, node: GraphNode, inputs: readonly (Value | null)[]): readonly Value[] {
  return lowerTyped(b, node.operator, node, inputs);
}

/** The table pairs each operator with the rule for its own nodes, which `K` states for the compiler. */
function lowerTyped<K extends OperatorName>(
  b: GraphBuilder,
  operator: K,
  node: NodeOf<OperatorName>,
  inputs: readonly (Value | null)[],
): readonly Value[] {
  const rule: WebgpuRule<K> = webgpuRules[operator];
  const attributes = node.attributes as AttributesOf<K>;
  const data = inputs[rule.data ?? 0];
  const dtype = data?.dtype ?? 'f32';
  const taken: readonly DType[] = rule.takes;
  const context = {
    b,
    attributes,
    outputs: node.outputs,
    inline: (graph: Graph, given: readonly Value[]) => inline(b, graph, given),
  };
  const missing = rule.missing?.({ ...context, inputs }) ?? null;
  if (missing !== null) {
    const what = `The webgpu device has no kernel for this ${operator}.`;
    throw new DeviceError('webgpu', `${what} ${missing}`, 'Run on the cpu device.');
  }
  const apply = (operands: readonly (Value | null)[]) =>
    rule.lower?.({ ...context, inputs: operands }) ?? b.append(operator, operands, attributes);
  if (taken.includes(dtype)) return apply(inputs);
  if (dtype === 'bool' && taken.includes('i32')) {
    const results = apply(inputs.map((input) => (input?.dtype === 'bool' ? b.cast(input, 'i32') : input)));
    return results.map((result, i) => (node.outputs[i]?.dtype === 'bool' ? b.cast(result, 'bool') : result));
  }
  throw new DeviceError(
    'webgpu',
    `The webgpu device has no kernel for ${operator} of ${dtype} elements.`,
    'Cast the operands to f32, or run on the cpu device.',
  );
}
