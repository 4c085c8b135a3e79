/**
 * @file The suite `mnist-c-5`: the fifteen corruptions of MNIST-C (N. Mu and J. Gilmer, "MNIST-C: A robustness benchmark
 * for computer vision", 2019), each at five severities. MNIST-C publishes one severity of each; the levels here are those
 * of its generator where it has them, and ours where it has none. They are generated from keyed randomness, so these are
 * not the images of the MNIST-C files, and scores on the two are not comparable. Bytes are a function of this protocol
 * and of the mathematical functions of the Node release.
 */
import { keyed } from '../random/index.js';
import { brightness } from './brightness.js';
import { cannyEdges } from './canny-edges.js';
import type { Corruption, Plane } from './corruption.js';
import { dottedLine } from './dotted-line.js';
import { fog } from './fog.js';
import { glassBlur } from './glass-blur.js';
import { impulseNoise } from './impulse-noise.js';
import { motionBlur } from './motion-blur.js';
import { rotate } from './rotate.js';
import { scale } from './scale.js';
import { shear } from './shear.js';
import { shotNoise } from './shot-noise.js';
import { spatter } from './spatter.js';
import { stripe } from './stripe.js';
import { translate } from './translate.js';
import { zigzag } from './zigzag.js';

/** The name of this version of the definitions; a change of any of them is a new name. */
export const MNIST_C_5 = 'mnist-c-5';

/** In MNIST-C's own order. */
export const mnistC = {
  shot_noise: shotNoise,
  impulse_noise: impulseNoise,
  glass_blur: glassBlur,
  motion_blur: motionBlur,
  shear,
  scale,
  rotate,
  brightness,
  translate,
  stripe,
  fog,
  spatter,
  dotted_line: dottedLine,
  zigzag,
  canny_edges: cannyEdges,
} as const satisfies Readonly<Record<string, Corruption>>;

export type MnistCorruption = keyof typeof mnistC;
export const MNIST_CORRUPTIONS = Object.keys(mnistC) as readonly MnistCorruption[];

/**
 * One corrupted image. Its randomness is keyed by the corruption and the example, not by the severity: the severities of
 * an example differ in nothing but strength.
 *
 * @param image bytes [height, width]
 * @param example the example's index in the dataset's files
 */
export function corruptImage(
  name: MnistCorruption,
  severity: number,
  image: Uint8Array,
  { height, width }: { readonly height: number; readonly width: number },
  example: number,
): Uint8Array<ArrayBuffer> {
  const plane: Plane = { height, width, pixels: new Float64Array(image).map((value) => value / 255) };
  const corrupted = mnistC[name].apply(plane, severity, keyed(0, MNIST_C_5, name, example));
  return new Uint8Array(corrupted.map((value) => Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5)));
}
