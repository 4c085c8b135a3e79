import { uniformBetween } from '../../random/index.js';
import { brightness, contrast, hue, saturation } from '../image/index.js';
import type { RawImage } from '../raw-image.js';
import type { Operation } from './pipeline.js';

export interface ColourJitterOptions {
  /** The factor is uniform in 1 ± this, and not below 0. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
  /** The turn is uniform in ± this of the circle, 0 … 0.5; 0 for none. */
  readonly hue: number;
}

/** torchvision's ColorJitter: the changes in a random order, each by a factor of its own. */
export function colourJitter(reach: ColourJitterOptions): Operation {
  const changes: readonly {
    readonly low: number;
    readonly high: number;
    change(image: RawImage, by: number): RawImage;
  }[] = [
    { ...around(reach.brightness), change: brightness },
    { ...around(reach.contrast), change: contrast },
    { ...around(reach.saturation), change: saturation },
    { low: -reach.hue, high: reach.hue, change: hue },
  ];
  return (image, random) => {
    const order = random.permutation(changes.length);
    const factors = changes.map(({ low, high }) => uniformBetween(random, low, high));
    let changed = image;
    for (const index of order) {
      const change = changes[index];
      if (change !== undefined && change.low < change.high) changed = change.change(changed, factors[index] ?? 1);
    }
    return changed;
  };
}

const around = (reach: number) => ({ low: Math.max(0, 1 - reach), high: 1 + reach });
