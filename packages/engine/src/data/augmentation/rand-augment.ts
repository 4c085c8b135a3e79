import { uniformBetween } from '../../random/index.js';
import type { Random } from '../../random/random.js';
import type { RandAugmentPolicy } from '../../recipe/rand-augment.js';
import { type Operation, type Pipeline, sequence } from './pipeline.js';
import { increasingOperations, plainOperations, randomSign } from './rand-augment-operations.js';
import { randomFlip } from './random-flip.js';
import { randomResizedCrop } from './random-resized-crop.js';

/** The magnitude at which an operation has the strength that it is named for. */
const FULL = 10;

/**
 * RandAugment (Cubuk, Zoph, Shlens, Le, 2019) in timm's form: `operations` draws with replacement; each is done with its
 * probability, at the policy's magnitude or one about it, cut to 0 … `largest`. What moves in from outside has the colour
 * of the mean; points between pixels are bilinear or bicubic, at random.
 */
export function randAugment(policy: RandAugmentPolicy): Operation {
  const operations = Object.values(policy.increasing ? increasingOperations : plainOperations);
  return (image, random, { fill }) => {
    let changed = image;
    for (let place = 0; place < policy.operations; place++) {
      const own = random.fork(place);
      const operation = operations[own.integer(operations.length)];
      if (operation === undefined || own.uniform() >= policy.probability) continue;
      const level = magnitude(policy, own) / FULL;
      const argument = operation.argument(level, randomSign(own));
      changed = operation.change(changed, argument, { fill, filter: own.uniform() < 0.5 ? 'bilinear' : 'bicubic' });
    }
    return changed;
  };
}

function magnitude({ magnitude: mean, deviation, largest }: RandAugmentPolicy, random: Random): number {
  const drawn = deviation === 'uniform' ? uniformBetween(random, 0, mean) : mean + deviation * random.normal();
  return Math.max(0, Math.min(drawn, largest));
}

/** RandAugment where timm has it in a training: after a random crop, resized bicubically, and a flip. */
export const randAugmentPipeline = (policy: RandAugmentPolicy): Pipeline =>
  sequence({
    crop: randomResizedCrop({ scale: [0.08, 1], interpolation: 'bicubic' }),
    flip: randomFlip,
    'rand-augment': randAugment(policy),
  });
