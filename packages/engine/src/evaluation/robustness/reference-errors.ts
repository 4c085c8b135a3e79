import type { NormaliserName } from '../../recipe/scoring-options.js';

/** The errors of a model that corruption errors are divided by, keyed by the corruption's NAME: lists have been zipped in other orders. */
export interface ReferenceErrors {
  /** Stands beside every number that it normalises. */
  readonly name: string;
  readonly source: string;
  /** Severities over which each error is the mean. */
  readonly severities: readonly number[];
  /** Top-1 error on the uncorrupted images, 0 … 1. */
  readonly clean: number;
  /** Mean top-1 error over the severities, 0 … 1. */
  readonly errors: Readonly<Record<string, number>>;
}

/** AlexNet on the 15 test corruptions of ImageNet-C, by which its mCE is defined. */
export const alexnetOnImageNetC: ReferenceErrors = {
  name: 'AlexNet on ImageNet-C',
  source:
    'Hendrycks and Dietterich 2019 (hendrycks/robustness); the digits are those that published evaluation codes share',
  severities: [1, 2, 3, 4, 5],
  clean: 0.4348,
  errors: {
    gaussian_noise: 0.886428,
    shot_noise: 0.894468,
    impulse_noise: 0.92264,
    defocus_blur: 0.81988,
    glass_blur: 0.826268,
    motion_blur: 0.785948,
    zoom_blur: 0.79836,
    snow: 0.866816,
    frost: 0.826572,
    fog: 0.819324,
    brightness: 0.564592,
    contrast: 0.853204,
    elastic_transform: 0.646056,
    pixelate: 0.71784,
    jpeg_compression: 0.6065,
  },
};

/** Under the names that recipes give them. */
export const normalisers: { readonly [Name in NormaliserName]: ReferenceErrors } = { alexnet: alexnetOnImageNetC };
