import { CheckpointError } from '../checkpoints/errors.js';
import { readSafetensors } from '../checkpoints/safetensors.js';
import { numbersOf, type Tensor } from '../graph/tensor.js';
import type { ImageArchitecture } from './architecture.js';
import type { NamedTensors } from './initialise.js';
import { classesOf } from './metadata.js';
import { visionModel } from './vision-model.js';

/** Logits are cosines times this: exp of the temperature at which OpenAI's CLIP stopped. */
const SCALE = 100;
const TENSOR = 'embeddings';

/** What a text tower says of the classes. */
export interface TextEmbeddings {
  /** [classes, width] or [classes, texts, width]. */
  readonly embeddings: Tensor;
  /** Names of the classes in the order of the rows; null when the file does not say. */
  readonly classes: readonly string[] | null;
}

/**
 * Reads a safetensors file with the tensor `embeddings` and, in its metadata, `stockpot.classes` (a JSON list of names).
 * Throws CheckpointError.
 */
export async function readTextEmbeddings(path: string): Promise<TextEmbeddings> {
  const { tensors, metadata } = await readSafetensors(path);
  const embeddings = tensors.get(TENSOR);
  if (embeddings === undefined) {
    throw new CheckpointError(path, `it has no tensor "${TENSOR}".`, 'Store [classes, texts, width] under that name.');
  }
  return { embeddings, classes: classesOf(metadata, path) };
}

/**
 * The head of CLIP's zero-shot classifier: a row is 100 × the direction of a class, which is the mean, made length 1 again,
 * of the embeddings of its texts ("a photo of a {}.", "art of the {}." …), each made length 1 first. It is for a model
 * whose features have length 1. With it as the common start, fine-tuned models can be averaged, their heads included
 * (Wortsman et al. 2022, §3; mlfoundations/model-soups, `zeroshot.py`).
 *
 * @param embeddings of the text tower, [classes, width] or [classes, texts, width], in the order of the classes
 * @returns `head.weight` [classes, width] and `head.bias` [classes], which is 0
 * @throws {CheckpointError} for a model that is not made for it, another shape or width, or a text without direction.
 */
export function zeroShotHead(embeddings: Tensor, architecture: ImageArchitecture): NamedTensors {
  const { featureWidth } = visionModel(architecture);
  if (architecture.family !== 'vit' || architecture.unitFeatures !== true) {
    refuse('the features of this model are not of length 1.', 'Import a CLIP checkpoint for a zero-shot head.');
  }
  const { shape } = embeddings;
  if ((shape.length !== 2 && shape.length !== 3) || shape.includes(0)) {
    refuse(`their shape is [${shape.join(', ')}].`, 'Give [classes, width] or [classes, texts, width].');
  }
  const [classes = 0] = shape;
  const width = shape.at(-1) ?? 0;
  const texts = shape.length === 3 ? (shape[1] ?? 0) : 1;
  if (width !== featureWidth) {
    refuse(
      `they are ${width} numbers wide, the model's features ${featureWidth}.`,
      'Give embeddings of the text tower that was trained with this model, behind its projection.',
    );
  }
  const numbers = numbersOf(embeddings);
  const weight = new Float32Array(classes * width);
  for (let row = 0; row < classes; row++) {
    const sum = new Float64Array(width);
    for (let text = 0; text < texts; text++) {
      const start = (row * texts + text) * width;
      const embedding = toUnitLength(numbers.subarray(start, start + width));
      if (embedding === null) refuse(`text ${text} of class ${row} has no direction.`, 'Embed it again.');
      for (let i = 0; i < width; i++) sum[i] = (sum[i] ?? 0) + (embedding[i] ?? 0);
    }
    const direction = toUnitLength(sum);
    if (direction === null) refuse(`the texts of class ${row} cancel out.`, 'Give it other texts.');
    const scaled = direction.map((value) => SCALE * value);
    weight.set(scaled, row * width);
  }
  return new Map([
    ['head.weight', { shape: [classes, width], data: weight }],
    ['head.bias', { shape: [classes], data: new Float32Array(classes) }],
  ]);
}

function refuse(problem: string, advice: string): never {
  throw new CheckpointError('the text embeddings', problem, advice);
}

/** A vector made length 1; null for one that has no direction. */
function toUnitLength(vector: Float64Array): Float64Array | null {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 && Number.isFinite(length) ? vector.map((value) => value / length) : null;
}
