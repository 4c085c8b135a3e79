import type { GraphBuilder } from '../graph/builder.js';
import type { Value } from '../graph/graph.js';
import type { ImageArchitecture } from './architecture.js';
import type { ForwardOptions, ModelLayers } from './layers.js';
import { onnxModel } from './onnx/onnx-model.js';
import type { ParameterValues } from './parameter-values.js';
import type { ParameterTable } from './parameters.js';
import { featureWidth } from './vit/architecture.js';
import { vitFeatures } from './vit/forward.js';
import { vitLayers } from './vit/layer-order.js';
import { linearRows } from './vit/layers.js';
import { vitHeadParameters, vitParameters } from './vit/parameters.js';

/** What training and evaluation know of a model of any family. */
export interface VisionModel {
  /** Shape of one image: [channels, height, width]. */
  readonly imageShape: readonly [number, number, number];
  /** Width of a feature vector, which is what the head reads. */
  readonly featureWidth: number;
  /** Every tensor but the head's. */
  readonly parameters: ParameterTable;
  head(classes: number): ParameterTable;
  /** Its layers in order; absent where a model's parameters are in no known one. */
  readonly layers?: ModelLayers;
  /** Normalised images [B, C, H, W] → features [B, featureWidth]. */
  features(b: GraphBuilder, parameters: ParameterValues, images: Value, options?: ForwardOptions): Value;
  /** Features [B, featureWidth] → logits [B, classes] by the head. */
  classify(b: GraphBuilder, parameters: ParameterValues, features: Value): Value;
}

const families: {
  readonly [Family in ImageArchitecture['family']]: (
    shape: Extract<ImageArchitecture, { family: Family }>,
  ) => VisionModel;
} = {
  vit: (shape) => ({
    imageShape: [shape.channels, shape.image, shape.image],
    featureWidth: featureWidth(shape),
    parameters: vitParameters(shape),
    head: (classes) => vitHeadParameters(shape, classes),
    layers: vitLayers(shape),
    features: (b, parameters, images, options) => vitFeatures(b, parameters, shape, images, options),
    classify: (b, parameters, features) => linearRows(b, parameters, 'head', features),
  }),
  onnx: onnxModel,
};

/** The model that an architecture describes. */
export function visionModel(architecture: ImageArchitecture): VisionModel {
  return architecture.family === 'onnx' ? families.onnx(architecture) : families[architecture.family](architecture);
}

/** Normalised images [B, C, H, W] → logits [B, classes]. */
export function logitsOf(
  model: VisionModel,
  b: GraphBuilder,
  parameters: ParameterValues,
  images: Value,
  options: ForwardOptions = {},
): Value {
  return model.classify(b, parameters, model.features(b, parameters, images, options));
}
