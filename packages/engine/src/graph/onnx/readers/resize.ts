import type { Value } from '../../graph.js';
import { type Interpolation, interpolationMatrix, resizeAxis } from '../../interpolation.js';
import { numbersOf } from '../../tensor.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

type Mode = Interpolation['mode'];
type Coordinates = Interpolation['coordinates'];
type Nearest = Interpolation['nearest'];

const modes: readonly Mode[] = ['nearest', 'linear', 'cubic'];
const coordinateModes: readonly Coordinates[] = [
  'half_pixel',
  'half_pixel_symmetric',
  'pytorch_half_pixel',
  'align_corners',
  'asymmetric',
];
const nearestModes: readonly Nearest[] = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

/** A word among those that are known. */
function word<T extends string>(node: OnnxNode, name: string, fallback: T, known: readonly T[]): T {
  const found = node.string(name, fallback);
  return known.find((candidate) => candidate === found) ?? node.unsupported(`has ${name} "${found}"`);
}

interface Target {
  readonly axis: number;
  readonly out: number;
  readonly scale: number;
}

/** Each axis whose length changes, by `scales` or by `sizes`. */
function targets(
  node: OnnxNode,
  x: Value,
  scales: readonly number[],
  sizes: readonly number[],
  axes: readonly number[],
) {
  return axes.flatMap((axis, i): Target[] => {
    const length = x.shape[axis] ?? 0;
    const scale = scales[i] ?? (sizes[i] ?? length) / length;
    const out = scales.length > 0 ? Math.floor(length * scale) : (sizes[i] ?? length);
    if (!(out >= 1)) return node.unsupported(`resizes axis ${axis} from ${length} to ${out}`);
    if (out === length && scale === 1) return [];
    node.spend(out * length);
    return [{ axis, out, scale }];
  });
}

function apply(node: OnnxNode, x: Value, wanted: readonly Target[], how: Interpolation): Value {
  if (wanted.length === 0) return node.b.identity(x);
  return wanted.reduce((value, { axis, out, scale }) => {
    const matrix = interpolationMatrix(value.shape[axis] ?? 0, out, scale, how);
    return resizeAxis(node.b, value, axis, out, matrix);
  }, x);
}

function resize(node: OnnxNode): Value {
  const x = node.input(0);
  // Opset 10 had scales as the second input and one way of placing coordinates.
  const old = node.opset < 11;
  const scales = node.known(old ? 1 : 2, 'scales');
  const sizes = old ? null : node.known(3, 'sizes');
  const numbers = (tensor: typeof scales) => (tensor === null ? [] : [...numbersOf(tensor)]);
  if (numbers(scales).length + numbers(sizes).length === 0) return node.unsupported('says neither scales nor sizes');
  const axes = node.ints('axes')?.map((axis) => node.axis(axis, x.shape.length)) ?? x.shape.map((_, i) => i);
  if (node.string('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    return node.unsupported('keeps the aspect ratio');
  return apply(node, x, targets(node, x, numbers(scales), numbers(sizes), axes), {
    mode: word(node, 'mode', 'nearest', modes),
    coordinates: word(node, 'coordinate_transformation_mode', old ? 'asymmetric' : 'half_pixel', coordinateModes),
    nearest: word(node, 'nearest_mode', old ? 'floor' : 'round_prefer_floor', nearestModes),
    cubic: node.float('cubic_coeff_a', -0.75),
    excludeOutside: node.flag('exclude_outside', false),
    antialias: node.flag('antialias', false),
  });
}

/** What Resize was called up to opset 9. */
function upsample(node: OnnxNode): Value {
  const x = node.input(0);
  const scales = node.knownFloats(1, 'scales') ?? node.unsupported('has no scales');
  return apply(
    node,
    x,
    targets(
      node,
      x,
      scales,
      [],
      x.shape.map((_, i) => i),
    ),
    {
      mode: word(node, 'mode', 'nearest', modes),
      coordinates: 'asymmetric',
      nearest: 'floor',
      cubic: -0.75,
      excludeOutside: false,
      antialias: false,
    },
  );
}

export const resizes: Readonly<Record<string, NodeReader>> = {
  Resize: {
    attributes: [
      'mode',
      'coordinate_transformation_mode',
      'nearest_mode',
      'cubic_coeff_a',
      'exclude_outside',
      'antialias',
      'axes',
      'keep_aspect_ratio_policy',
      // Only for cutting, which is refused by its coordinate mode.
      'extrapolation_value',
    ],
    read: resize,
  },
  Upsample: { attributes: ['mode', 'scales'], read: upsample },
};
