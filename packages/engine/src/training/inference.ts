import type { Tensor } from '../graph/tensor.js';
import { canonicalJson } from '../json.js';
import type { ImageArchitecture } from '../models/architecture.js';
import { elementCount } from '../models/parameters.js';
import { logitsOf, type VisionModel, visionModel } from '../models/vision-model.js';
import { classesOfHead, type NetworkOptions, type NetworkPlan, openNetwork } from './network.js';

export type InferenceOptions = NetworkOptions;

/** A network that maps images to rows of numbers, with its weights inside. */
export interface Inference {
  /** Numbers in a row: classes, or the width of the features. */
  readonly width: number;
  /** Normalised images [n, C, H, W] → rows [n, width]; n is any whole number. */
  run(images: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/** A model with a head, for evaluation. */
export interface Classifier {
  readonly classes: number;
  /** Normalised images [n, C, H, W] → logits [n, classes]. */
  logits(images: Float32Array): Promise<Float32Array<ArrayBuffer>>;
  dispose(): Promise<void>;
}

/**
 * Compiles a model for evaluation. Throws CheckpointFitError, before any work, when the tensors (the head's among them) are
 * not those of the architecture.
 */
export async function classifier(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: ImageArchitecture,
  options: InferenceOptions,
): Promise<Classifier> {
  const classes = classesOfHead(tensors);
  const network = await inference(tensors, architecture, options, answerPlan(architecture, classes));
  return { classes, logits: network.run, dispose: network.dispose };
}

/** Compiles the model without its head: images to the features that a linear probe or kNN reads. */
export async function featureExtractor(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: ImageArchitecture,
  options: InferenceOptions,
): Promise<Inference> {
  return inference(tensors, architecture, options, featurePlan(architecture));
}

/** From images to logits. */
export function answerPlan(architecture: ImageArchitecture, classes: number): NetworkPlan {
  const model = visionModel(architecture);
  return {
    table: [...model.parameters, ...model.head(classes)],
    inputs: imageInputs(model),
    forward: (b, parameters, input) => logitsOf(model, b, parameters, input('images')),
    shape: `logits ${classes} ${canonicalJson(architecture)}`,
  };
}

/** From images to features. */
export function featurePlan(architecture: ImageArchitecture): NetworkPlan {
  const model = visionModel(architecture);
  return {
    table: model.parameters,
    inputs: imageInputs(model),
    forward: (b, parameters, input) => model.features(b, parameters, input('images')),
    shape: `features ${canonicalJson(architecture)}`,
  };
}

function imageInputs({ imageShape }: VisionModel): NetworkPlan['inputs'] {
  return (batch) => [{ name: 'images', dtype: 'f32', shape: [batch, ...imageShape] }];
}

async function inference(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: ImageArchitecture,
  options: InferenceOptions,
  plan: NetworkPlan,
): Promise<Inference> {
  const { imageShape } = visionModel(architecture);
  const network = await openNetwork(tensors, plan, options);
  const size = elementCount(imageShape);
  return {
    width: network.width,
    async run(images) {
      const count = images.length / size;
      if (!Number.isInteger(count)) {
        throw new RangeError(`${images.length} numbers are no whole count of images of ${size} numbers each.`);
      }
      return network.run(count, (start, end, batch) => {
        let data = images.subarray(start * size, end * size);
        if (end - start < batch) {
          const padded = new Float32Array(batch * size);
          padded.set(data);
          data = padded;
        }
        return { images: { dtype: 'f32', shape: [batch, ...imageShape], data } };
      });
    },
    dispose: () => network.dispose(),
  };
}
