/** @file Networks from ONNX files that are one but for the running statistics of their batch normalisation, as every training leaves its own. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from '../../graph/onnx/generated/onnx_pb.js';
import { tensorFromProto, tensorToProto } from '../../graph/onnx/tensor-codec.js';
import { numbersOf, tensorOf } from '../../graph/tensor.js';
import { canonicalJson } from '../../json.js';
import { type OnnxArchitecture, onnxArchitectureSchema } from './architecture.js';
import { packSkeleton, unpackSkeleton } from './skeleton.js';

/** Whether two descriptions of architectures, as metadata has them, are of one network but for such statistics. */
export function sameNetwork(one: string | undefined, other: string | undefined): boolean {
  const [first, second] = [networkOf(one), networkOf(other)];
  return first !== null && second !== null && bareText(first) === bareText(second);
}

/**
 * One description of networks that are one but for their statistics: with the mean of these, each rounded once to f32. It does not
 * depend on their order.
 *
 * @param texts descriptions of which `sameNetwork` holds
 */
export function withMeanStatistics(texts: readonly string[]): string {
  const networks = texts.flatMap((text) => networkOf(text) ?? []);
  const [first] = networks;
  if (first === undefined) throw new TypeError('There is no network to take statistics of.');
  const found = networks.map(({ model }) => new Map(statisticsOf(model).map((proto) => [proto.name, proto])));
  const names = new Set(found[0]?.keys());
  const graph = graphOf(first.model);
  graph.initializer = graph.initializer.map((proto) => {
    if (!names.has(proto.name)) return proto;
    const { dtype, shape } = tensorFromProto(proto);
    const all = found.flatMap((protos) => protos.get(proto.name) ?? []).map((one) => numbersOf(tensorFromProto(one)));
    const mean = Array.from(all[0] ?? [], (_, at) => {
      // In order of size, so that the sum is one whichever network came first.
      const values = all.map((one) => one[at] ?? Number.NaN).sort((a, b) => a - b);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    });
    return tensorToProto(proto.name, tensorOf(dtype, shape, mean));
  });
  return canonicalJson({
    ...first.architecture,
    graph: packSkeleton(toBinary(ModelProtoSchema, first.model), new Map()),
  });
}

interface Network {
  readonly architecture: OnnxArchitecture;
  readonly model: ModelProto;
}

function networkOf(text: string | undefined): Network | null {
  try {
    const architecture = onnxArchitectureSchema.safeParse(JSON.parse(text ?? '')).data;
    if (architecture === undefined) return null;
    return { architecture, model: fromBinary(ModelProtoSchema, unpackSkeleton(architecture.graph)) };
  } catch {
    return null;
  }
}

/** The description with the shapes of the statistics in place of their numbers. */
function bareText({ architecture: { graph: _, ...architecture }, model }: Network): string {
  const graph = graphOf(model);
  const statistics = statisticsOf(model);
  const shapes = statistics.map(({ name, dims, dataType }) => [name, dataType, dims.map(String)]).sort();
  const rest = graph.initializer.filter((proto) => !statistics.includes(proto));
  const bare: ModelProto = { ...model, graph: { ...graph, initializer: rest } };
  return canonicalJson({ architecture, shapes, graph: packSkeleton(toBinary(ModelProtoSchema, bare), new Map()) });
}

/** Initialisers that are the running mean or variance of a batch normalisation, and nothing else. */
function statisticsOf(model: ModelProto): GraphProto['initializer'] {
  const { node, initializer } = graphOf(model);
  const told = new Set<string>();
  const used = new Set<string>();
  for (const { opType, domain, input } of node) {
    const own = opType === 'BatchNormalization' && domain === '' ? input.slice(3, 5) : [];
    for (const name of own) told.add(name);
    for (const name of input.slice(0, own.length === 0 ? input.length : 3)) used.add(name);
  }
  return initializer.filter(({ name }) => told.has(name) && !used.has(name));
}

function graphOf({ graph }: ModelProto): GraphProto {
  if (graph === undefined) throw new TypeError('A network without a graph was packed.');
  return graph;
}
