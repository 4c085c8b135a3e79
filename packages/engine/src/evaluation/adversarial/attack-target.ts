import type { Preprocessing } from '../../data/preprocessing.js';
import type { GraphBuilder, Tensor, Value } from '../../graph/index.js';
import type { ImageArchitecture } from '../../models/architecture.js';
import { CheckpointFitError, checkFit } from '../../models/fit.js';
import { parameterValues } from '../../models/parameter-values.js';
import { logitsOf, visionModel } from '../../models/vision-model.js';

/** A classifier as an attack sees it: from pixels in [0, 1] to logits, differentiable in the pixels. */
export interface AttackTarget {
  /** Of one image. */
  readonly imageShape: readonly number[];
  readonly classes: number;
  readonly weights: ReadonlyMap<string, Tensor>;
  /** Pixels [B, ...imageShape] → logits [B, classes]. */
  logits(b: GraphBuilder, weights: (name: string) => Value, pixels: Value): Value;
}

/**
 * A model with its normalisation inside: the radius of an attack is then in pixels, whatever the model was trained on. Throws
 * CheckpointFitError when the tensors are not those of the architecture, or have no head.
 */
export function classifierUnderAttack(
  tensors: ReadonlyMap<string, Tensor>,
  architecture: ImageArchitecture,
  { mean, std }: Pick<Preprocessing, 'mean' | 'std'>,
): AttackTarget {
  const model = visionModel(architecture);
  const classes = tensors.get('head.weight')?.shape[0];
  if (classes === undefined) {
    throw new CheckpointFitError(
      'The model has no head: its tensor head.weight is missing, so it has no answer to attack.',
      'Attack it together with a head.',
    );
  }
  const table = [...model.parameters, ...model.head(classes)];
  checkFit(tensors, table, 'The checkpoint');
  const weights = new Map(
    table.flatMap(({ name }) => {
      const found = tensors.get(name);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
  const channels = [model.imageShape[0], 1, 1];
  return {
    imageShape: model.imageShape,
    classes,
    weights,
    logits: (b, value, pixels) => {
      const centred = b.sub(pixels, b.constant(Float32Array.from(mean), 'f32', channels));
      const images = b.div(centred, b.constant(Float32Array.from(std), 'f32', channels));
      const values = new Map(table.map(({ name }) => [name, value(name)]));
      return logitsOf(model, b, parameterValues(values), images);
    },
  };
}
