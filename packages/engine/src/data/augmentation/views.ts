/** @file The views that self-supervised methods compare, each as the method's own programs make it. */
import { grayscale, solarize } from '../image/index.js';
import { colourJitter } from './colour-jitter.js';
import { type Operation, type Pipeline, sequence, sometimes } from './pipeline.js';
import { randomBlur } from './random-blur.js';
import { randomFlip } from './random-flip.js';
import { randomResizedCrop } from './random-resized-crop.js';

const jitter = sometimes(0.8, colourJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1 }));
const grey = sometimes(0.2, grayscale);
const solarized = sometimes(0.2, (image) => solarize(image, 128));

/** MAE, main_pretrain.py: masking is the augmentation. */
export const mae: Pipeline = sequence({
  crop: randomResizedCrop({ scale: [0.2, 1], interpolation: 'bicubic' }),
  flip: randomFlip,
});

const mocoV3 = (blur: number, solarizing: Readonly<Record<string, Operation>>): Pipeline =>
  sequence({
    crop: randomResizedCrop({ scale: [0.08, 1], interpolation: 'bilinear' }),
    jitter,
    grey,
    blur: sometimes(blur, randomBlur),
    ...solarizing,
    flip: randomFlip,
  });

/** MoCo v3, main_moco.py: always blurred. */
export const mocoV3First: Pipeline = mocoV3(1, {});

/** MoCo v3, main_moco.py: seldom blurred, sometimes solarized. */
export const mocoV3Second: Pipeline = mocoV3(0.1, { solarize: solarized });

const mmcr = (blur: number, solarizing: Readonly<Record<string, Operation>>): Pipeline =>
  sequence({
    crop: randomResizedCrop({ scale: [0.08, 1], interpolation: 'bicubic' }),
    flip: randomFlip,
    jitter,
    grey,
    blur: sometimes(blur, randomBlur),
    ...solarizing,
  });

/** MMCR on ImageNet (Barlow Twins' augmentation): the views of even number. */
export const mmcrFirst: Pipeline = mmcr(1, {});

/** MMCR on ImageNet: the views of odd number. */
export const mmcrSecond: Pipeline = mmcr(0.1, { solarize: solarized });

const lejepa = (scale: readonly [number, number]): Pipeline =>
  sequence({
    crop: randomResizedCrop({ scale, interpolation: 'bilinear' }),
    flip: randomFlip,
    jitter,
    grey,
    blur: sometimes(0.5, randomBlur),
    solarize: solarized,
  });

/** LeJEPA's README: most of the image, at the model's full size. */
export const lejepaGlobal: Pipeline = lejepa([0.3, 1]);

/** LeJEPA's README: a small part of the image, 98 pixels where the global views have 224. */
export const lejepaLocal: Pipeline = lejepa([0.05, 0.3]);

const massl = (
  scale: readonly [number, number],
  blur: number,
  solarizing: Readonly<Record<string, Operation>> = {},
): Pipeline =>
  sequence({
    crop: randomResizedCrop({ scale, interpolation: 'bicubic' }),
    flip: randomFlip,
    jitter,
    grey,
    blur: sometimes(blur, randomBlur),
    ...solarizing,
  });

/** MaSSL, which has DINO's views: the first global one, always blurred. */
export const masslFirst: Pipeline = massl([0.32, 1], 1);

/** MaSSL: the second global view. */
export const masslSecond: Pipeline = massl([0.32, 1], 0.1, { solarize: solarized });

/** MaSSL: the local views. */
export const masslLocal: Pipeline = massl([0.05, 0.32], 0.5);
