/** Normalisations that the graph writes with means and products. */
import type { GraphBuilder } from '../../builder.js';
import type { Value } from '../../graph.js';
import { sizeOf } from '../../shape.js';
import type { NodeReader, OnnxNode } from '../onnx-node.js';

/** (x − mean) / √(variance + ε) over `axes`. */
function standardised(b: GraphBuilder, x: Value, axes: readonly number[], epsilon: number): Value {
  const centred = b.sub(x, b.reduceMean(x, { axes }));
  const variance = b.reduceMean(b.mul(centred, centred), { axes });
  return b.div(centred, b.sqrt(b.add(variance, epsilon)));
}

const spatialAxes = (x: Value): number[] => x.shape.slice(2).map((_, i) => i + 2);

/** A vector of one number a channel, shaped to broadcast over [N, C, …]. */
const byChannel = (b: GraphBuilder, vector: Value, rank: number): Value =>
  b.reshape(vector, [sizeOf(vector.shape), ...new Array<number>(Math.max(0, rank - 2)).fill(1)]);

/** With `training_mode` the statistics are those of the batch, and the running ones move towards them. */
function batchNormalization(node: OnnxNode): readonly (Value | null)[] {
  const { b } = node;
  const x = node.input(0);
  const parameters = { scale: node.input(1), bias: node.input(2), mean: node.input(3), variance: node.input(4) };
  const epsilon = node.float('epsilon', 1e-5);
  node.fix(3);
  node.fix(4);
  // Before opset 14 further outputs, not an attribute, meant training.
  const training = node.opset >= 14 ? node.flag('training_mode', false) : node.wants(1);
  if (!training) return [b.batchNormalization(x, parameters, { epsilon })];
  const momentum = node.float('momentum', 0.9);
  const trained = b.batchNormalizationTraining(x, parameters, { epsilon, momentum });
  return [trained.y, trained.mean, trained.variance];
}

/** Opset 18 has one scale a group, 21 one a channel. */
function groupNormalization(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const groups = node.int('num_groups');
  const [images = 0, channels = 0, ...spatial] = x.shape;
  if (groups < 1 || channels % groups !== 0) return node.unsupported(`has ${groups} groups for ${channels} channels`);
  const grouped = b.reshape(x, [images, groups, sizeOf(x.shape) / Math.max(1, images * groups)]);
  const y = b.reshape(standardised(b, grouped, [2], node.float('epsilon', 1e-5)), [images, channels, ...spatial]);
  const perChannel = (given: Value) => {
    if (given.shape[0] === channels) return byChannel(b, given, x.shape.length);
    const repeated = b.expand(b.reshape(given, [groups, 1]), [groups, channels / groups]);
    return byChannel(b, b.reshape(repeated, [channels]), x.shape.length);
  };
  return b.add(b.mul(y, perChannel(node.input(1))), perChannel(node.input(2)));
}

function instanceNormalization(node: OnnxNode): Value {
  const { b } = node;
  const x = node.input(0);
  const y = standardised(b, x, spatialAxes(x), node.float('epsilon', 1e-5));
  const [scale, bias] = [node.input(1), node.input(2)];
  return b.add(b.mul(y, byChannel(b, scale, x.shape.length)), byChannel(b, bias, x.shape.length));
}

const rms: NodeReader = {
  attributes: ['axis', 'epsilon', 'stash_type'],
  read(node) {
    const options = { axis: node.int('axis', -1), epsilon: node.float('epsilon', 1e-5) };
    return node.b.rmsNormalization(node.input(0), node.input(1), options);
  },
};

export const normalizations: Readonly<Record<string, NodeReader>> = {
  BatchNormalization: { attributes: ['epsilon', 'momentum', 'training_mode', 'spatial'], read: batchNormalization },
  InstanceNormalization: { attributes: ['epsilon'], read: instanceNormalization },
  GroupNormalization: { attributes: ['epsilon', 'num_groups', 'stash_type'], read: groupNormalization },
  RMSNormalization: rms,
  SimplifiedLayerNormalization: rms,
  MeanVarianceNormalization: {
    attributes: ['axes'],
    read: (node) => standardised(node.b, node.input(0), node.ints('axes') ?? [0, 2, 3], 1e-9),
  },
  LpNormalization: {
    attributes: ['axis', 'p'],
    read(node) {
      const { b } = node;
      const x = node.input(0);
      const axes = [node.int('axis', -1)];
      const norm =
        node.int('p', 2) === 1 ? b.reduceSum(b.abs(x), { axes }) : b.sqrt(b.reduceSum(b.mul(x, x), { axes }));
      return b.div(x, b.where(b.equal(norm, 0), 1, norm));
    },
  },
};
