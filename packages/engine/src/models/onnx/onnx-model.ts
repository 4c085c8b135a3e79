import { type OnnxModel, readOnnx } from '../../graph/onnx/index.js';
import { linear, type ParameterTable } from '../parameters.js';
import type { VisionModel } from '../vision-model.js';
import { linearRows } from '../vit/layers.js';
import type { OnnxArchitecture } from './architecture.js';
import { unpackSkeleton } from './skeleton.js';

/** Before the names of the file's own weights, so that they never meet the head's. */
export const PARAMETER_PREFIX = 'onnx.';

/**
 * A network from an ONNX file as any other model: its weights are trained, its features read by a new linear head. Running
 * statistics of batch normalisation stay as they are.
 */
export function onnxModel(architecture: OnnxArchitecture): VisionModel {
  const { image, imageWidth = image, channels, input, features, width } = architecture;
  const file = unpackSkeleton(architecture.graph);
  const read = (batch: number): OnnxModel => readOnnx(file, { dimensions: { [`${input}:0`]: batch } });
  const parameters: ParameterTable = read(1)
    .inputs.filter(({ name }) => name !== input)
    .map(({ name, shape }) => ({
      name: `${PARAMETER_PREFIX}${name}`,
      shape,
      // Never drawn: an ONNX file brings its weights.
      initial: { kind: 'zeros' },
    }));
  return {
    imageShape: [channels, image, imageWidth],
    featureWidth: width,
    parameters,
    head: (classes) => linear('head', width, classes),
    features(b, values, images) {
      const batch = images.shape[0] ?? 0;
      const model = read(batch);
      const given = model.inputs.map(({ name }) => [
        name,
        name === input ? images : values(`${PARAMETER_PREFIX}${name}`),
      ]);
      const output = model.build(b, Object.fromEntries(given))[features];
      if (output === undefined) throw new RangeError(`The file has no output "${features}".`);
      return b.reshape(output, [batch, width]);
    },
    classify: (b, values, rows) => linearRows(b, values, 'head', rows),
  };
}
