import { CheckpointError } from '../checkpoints/errors.js';
import { numbersOf, type Tensor } from '../graph/tensor.js';
import type { Architecture } from './architecture.js';
import type { NamedTensors } from './initialise.js';

/** Logits are cosines times this: exp of the temperature at which OpenAI's CLIP stopped. */
const SCALE = 100;

/** A classifier made of words: a head, and the architecture whose features it is for. */
export interface ZeroShotHead {
  readonly architecture: Architecture;
  /** `head.weight` [classes, width] and `head.bias` [classes], which is 0. */
  readonly head: NamedTensors;
}

/**
 * The head of CLIP's zero-shot classifier: a row is 100 × the direction of a class, which is the mean, made length 1 again,
 * of the embeddings of its texts ("a photo of a {}.", "art of the {}." …), each made length 1 first. It reads features of
 * length 1, so the architecture comes back with `unitFeatures`. With it as the common start, fine-tuned models can be
 * averaged, their heads included (Wortsman et al. 2022, §3; mlfoundations/model-soups, `zeroshot.py`).
 *
 * @param embeddings of the text tower, [classes, width] or [classes, texts, width], in the order of the classes
 * @throws {CheckpointError} for another shape, another width than the model's features, or a text without direction.
 */
export function zeroShotHead(embeddings: Tensor, architecture: Architecture, featureWidth: number): ZeroShotHead {
  const [classes = 0, texts = 1, width = 0] =
    embeddings.shape.length === 2 ? [embeddings.shape[0], 1, embeddings.shape[1]] : embeddings.shape;
  const refuse = (problem: string, advice: string): never => {
    throw new CheckpointError('the text embeddings', problem, advice);
  };
  const shown = `[${embeddings.shape.join(', ')}]`;
  if (![2, 3].includes(embeddings.shape.length) || classes < 1 || texts < 1) {
    return refuse(`their shape is ${shown}.`, 'Give [classes, width] or [classes, texts, width].');
  }
  if (width !== featureWidth) {
    return refuse(
      `they are ${width} numbers wide, the model's features ${featureWidth}.`,
      'Give embeddings of the text tower that was trained with this model, behind its projection.',
    );
  }
  if (architecture.family !== 'vit') {
    return refuse(`a model of the family '${architecture.family}' has no space in common with text.`, 'Use CLIP.');
  }
  const numbers = numbersOf(embeddings);
  const weight = new Float32Array(classes * width);
  for (let row = 0; row < classes; row++) {
    const sum = new Float64Array(width);
    for (let text = 0; text < texts; text++) {
      const start = (row * texts + text) * width;
      const embedding = toUnitLength(numbers.subarray(start, start + width));
      if (embedding === null) return refuse(`text ${text} of class ${row} has no direction.`, 'Embed it again.');
      for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + (embedding[i] ?? 0);
    }
    const direction = toUnitLength(sum);
    if (direction === null) return refuse(`the texts of class ${row} cancel out.`, 'Give it other texts.');
    weight.set(
      direction.map((value) => SCALE * value),
      row * width,
    );
  }
  return {
    architecture: { ...architecture, unitFeatures: true },
    head: new Map([
      ['head.weight', { shape: [classes, width], data: weight }],
      ['head.bias', { shape: [classes], data: new Float32Array(classes) }],
    ]),
  };
}

/** A vector made length 1; null for one that has no direction. */
function toUnitLength(vector: Float64Array): Float64Array | null {
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : null;
}
