/** @file The batch normalisations of a network from an ONNX file: how they are made to tell the statistics of a batch, and given new ones. */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  TensorProto_DataType,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from '../../graph/onnx/generated/onnx_pb.js';
import { packSkeleton, unpackSkeleton } from '../../models/onnx/skeleton.js';

/** A batch normalisation in a graph that tells its statistics: the outputs to ask for. */
export interface NormalisedLayer {
  /** As its statistics are called in the file; one that several layers share gets a name of its own for each. */
  readonly names: { readonly mean: string; readonly variance: string };
  /** Its result [N, C, …], and the mean and the biased variance [C] of what it was given. */
  readonly outputs: { readonly result: string; readonly mean: string; readonly variance: string };
}

/** New running statistics of a layer, each [C]. */
export interface RunningStatistics {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The batch normalisations of a packed graph, in the order of its nodes. */
export function normalisedLayers(packed: string): readonly NormalisedLayer[] {
  return layersOf(graphOf(parse(packed)));
}

/** The file of a packed graph in which every batch normalisation goes by the statistics of its batch and tells them. */
export function tellingStatistics(packed: string): Uint8Array {
  const model = parse(packed);
  const graph = graphOf(model);
  for (const [index, node] of normalisations(graph).entries()) {
    const layer = layersOf(graph)[index];
    if (layer === undefined) continue;
    const { result, mean, variance } = layer.outputs;
    const kept = node.attribute.filter(({ name }) => name !== 'training_mode' && name !== 'momentum');
    // With momentum 0 what a batch moves the running statistics to is its own.
    node.attribute = [...kept, integer('training_mode', 1), float('momentum', 0)];
    node.output = [result, mean, variance];
    graph.output.push(...[result, mean, variance].map((name) => create(ValueInfoProtoSchema, { name })));
  }
  return toBinary(ModelProtoSchema, model);
}

/** The packed graph with other running statistics, one a layer. */
export function withStatistics(packed: string, statistics: readonly RunningStatistics[]): string {
  const model = parse(packed);
  const graph = graphOf(model);
  const layers = layersOf(graph);
  for (const [index, node] of normalisations(graph).entries()) {
    const [layer, found] = [layers[index], statistics[index]];
    if (layer === undefined || found === undefined) throw new RangeError(`There are no statistics for layer ${index}.`);
    const { mean, variance } = layer.names;
    node.input = [...node.input.slice(0, 3), mean, variance];
    graph.initializer = graph.initializer.filter(({ name }) => name !== mean && name !== variance);
    graph.initializer.push(vector(mean, found.mean), vector(variance, found.variance));
  }
  return packSkeleton(toBinary(ModelProtoSchema, model), new Map());
}

function layersOf(graph: GraphProto): NormalisedLayer[] {
  const uses = new Map<string, number>();
  for (const name of graph.node.flatMap(({ input }) => input)) uses.set(name, (uses.get(name) ?? 0) + 1);
  return normalisations(graph).map(({ input, output }) => {
    const result = output[0] ?? '';
    const own = (name = '', word: string) => ((uses.get(name) ?? 0) > 1 || name === '' ? `${result}.${word}` : name);
    return {
      names: { mean: own(input[3], 'running_mean'), variance: own(input[4], 'running_var') },
      outputs: { result, mean: `${result}:mean`, variance: `${result}:variance` },
    };
  });
}

const normalisations = ({ node }: GraphProto): NodeProto[] =>
  node.filter(({ opType, domain }) => opType === 'BatchNormalization' && domain === '');

function parse(packed: string): ModelProto {
  return fromBinary(ModelProtoSchema, unpackSkeleton(packed));
}

function graphOf({ graph }: ModelProto): GraphProto {
  if (graph === undefined) throw new TypeError('A network without a graph was packed.');
  return graph;
}

const integer = (name: string, value: number) =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) });

const float = (name: string, value: number) =>
  create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value });

function vector(name: string, values: Float64Array) {
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: TensorProto_DataType.FLOAT,
    rawData: new Uint8Array(Float32Array.from(values).buffer),
  });
}
