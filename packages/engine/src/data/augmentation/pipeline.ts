import type { Random } from '../../random/index.js';
import type { Size } from '../image/index.js';
import type { RawImage } from '../raw-image.js';

/** What an operation may have to know beyond the image. */
export interface PipelineContext {
  /** Of the result, in pixels. */
  readonly size: Size;
  /** What moves in from outside the image: a byte a channel. */
  readonly fill: readonly number[];
}

/** Changes one image, by random numbers that belong to this image, epoch, view and operation alone. */
export type Operation = (image: RawImage, random: Random, context: PipelineContext) => RawImage;

/** From an image of any size to one of `context.size`. */
export type Pipeline = Operation;

/**
 * One operation after the other. Each draws from a stream of its own, named by its key: an operation that is added, or draws
 * one number more, changes nothing for the others.
 */
export function sequence(operations: Readonly<Record<string, Operation>>): Pipeline {
  const steps = Object.entries(operations);
  return (image, random, context) =>
    steps.reduce((changed, [name, operation]) => operation(changed, random.fork(name), context), image);
}

/** Does an operation with the given probability. */
export function sometimes(probability: number, operation: Operation): Operation {
  return (image, random, context) => (random.uniform() < probability ? operation(image, random, context) : image);
}

/** Does exactly one of the operations, each as likely as the others. */
export function exactlyOne(...operations: readonly Operation[]): Operation {
  return (image, random, context) => operations[random.integer(operations.length)]?.(image, random, context) ?? image;
}
