import { sizeOf } from '../../graph/shape.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { logitsOf, type VisionModel, visionModel } from '../../models/vision-model.js';
import { featureExtractor } from '../../training/inference.js';
import type { Shown, ShownExamples, ShownModel } from './shown.js';

/** Images of which features are in memory at a time. */
const CHUNK = 500;

/** Images that a model of images is shown. */
export interface ImagesToShow {
  readonly count: number;
  /** Normalised values [places, c, h, w] of the images at these places, each 0 … count − 1. */
  images(places: readonly number[]): Promise<Float32Array>;
}

export function imageModel(model: VisionModel): ShownModel {
  return {
    parameters: model.parameters,
    head: (classes) => model.head(classes),
    inputs: (examples) => [{ name: 'images', dtype: 'f32', shape: [examples, ...model.imageShape] }],
    features: (b, values, input) => model.features(b, values, input('images')),
    logits: (b, values, input) => logitsOf(model, b, values, input('images')),
  };
}

/** Images as examples; rows beyond them are zeros. */
export function imageExamples({ imageShape }: Pick<VisionModel, 'imageShape'>, { count, images }: ImagesToShow) {
  const examples: ShownExamples = {
    count,
    sizes: new Array<number>(count).fill(1),
    roomFor: (size) => size,
    async feeds(places, _size, rows = places.length) {
      const found = await images(places);
      const shape = [rows, ...imageShape];
      if (rows === places.length) return { images: { dtype: 'f32', shape, data: found } };
      const data = new Float32Array(sizeOf(shape));
      data.set(found);
      return { images: { dtype: 'f32', shape, data } };
    },
  };
  return examples;
}

export function shownImages(architecture: ImageArchitecture, images: ImagesToShow): Shown {
  const model = visionModel(architecture);
  return {
    model: imageModel(model),
    examples: imageExamples(model, images),
    async extractor(tensors, options) {
      const network = await featureExtractor(tensors, architecture, options);
      const { width } = network;
      return {
        width,
        async of(places) {
          const features = new Float32Array(places.length * width);
          for (let start = 0; start < places.length; start += CHUNK) {
            const some = places.slice(start, start + CHUNK);
            features.set(await network.run(Float32Array.from(await images.images(some))), start * width);
          }
          return features;
        },
        [Symbol.asyncDispose]: () => network.dispose(),
      };
    },
  };
}
