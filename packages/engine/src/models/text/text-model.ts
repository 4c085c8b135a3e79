import type { GraphBuilder } from '../../graph/builder.js';
import type { Value } from '../../graph/graph.js';
import type { ForwardOptions, ModelLayers } from '../layers.js';
import type { ParameterValues } from '../parameter-values.js';
import type { ParameterTable } from '../parameters.js';
import { linearRows } from '../vit/layers.js';
import type { TextArchitecture } from './architecture.js';
import { bertFeatures } from './forward.js';
import { bertHeadParameters, bertParameters } from './parameters.js';

/** A batch of token sequences of one length inside a graph. */
export interface TextInput {
  /** Rows of the vocabulary, i64 [B, L]. */
  readonly ids: Value;
  /** Segments, i64 [B, L]: 0 for the text, 1 for its pair. */
  readonly types: Value;
  /** f32 [B, L]: 1 for a token, 0 for padding. */
  readonly mask: Value;
}

/** What training and evaluation know of a text model of any family; beside `VisionModel`. */
export interface TextModel {
  /** Token ids are below it. */
  readonly vocabulary: number;
  /** Longest sequence, special tokens included. */
  readonly positions: number;
  /** Width of a feature vector, which is what the head reads. */
  readonly featureWidth: number;
  /** Every tensor but the head's. */
  readonly parameters: ParameterTable;
  head(classes: number): ParameterTable;
  readonly layers: ModelLayers;
  /** Token sequences → features [B, featureWidth]. */
  features(b: GraphBuilder, parameters: ParameterValues, input: TextInput, options?: ForwardOptions): Value;
  /** Features [B, featureWidth] → logits [B, classes] by the head. */
  classify(b: GraphBuilder, parameters: ParameterValues, features: Value): Value;
}

const families: {
  readonly [Family in TextArchitecture['family']]: (shape: Extract<TextArchitecture, { family: Family }>) => TextModel;
} = {
  bert: (shape) => ({
    vocabulary: shape.vocabulary,
    positions: shape.positions,
    featureWidth: shape.dim,
    parameters: bertParameters(shape),
    head: (classes) => bertHeadParameters(shape, classes),
    layers: { blocks: shape.depth, of: (parameter) => layerOf(parameter, shape.depth) },
    features: (b, parameters, input, options) => bertFeatures(b, parameters, shape, input, options),
    classify: (b, parameters, features) => linearRows(b, parameters, 'head', features),
  }),
};

/** The model that an architecture describes. */
export function textModel(architecture: TextArchitecture): TextModel {
  return families[architecture.family](architecture);
}

/** 0 for the embeddings, 1 + i for layer i, 1 + depth for what comes after them. */
function layerOf(parameter: string, depth: number): number {
  if (parameter.startsWith('embeddings.')) return 0;
  const layer = /^encoder\.layer\.(\d+)\./.exec(parameter)?.[1];
  return layer === undefined ? 1 + depth : 1 + Number(layer);
}
