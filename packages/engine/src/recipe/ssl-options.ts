/**
 * @file The options of each self-supervised algorithm, beside what every training has. The recipe and the losses in `ssl/`
 * both read them, so this file is pure. An option that is left out has the default that docs/self-supervision.md gives, and
 * is not part of the step key.
 */
import { z } from 'zod';
import { integer, number, object, oneOf } from './fields.js';

const temperature = number({ above: 0, max: 100 }, '0.2');
/** How much of the teacher is kept from step to step. */
const momentum = number({ min: 0, max: 1 }, '0.99');
const width = integer(1, 65_536);
/** Share of all optimizer steps during which the learning rate rises linearly; then it falls by a cosine to 0. */
export const warmup = number({ min: 0, max: 1 }, '0.1');
/** How each view of an image is made, in place of the algorithm's own way. */
export const viewsName = oneOf([
  'none',
  'shift',
  'affine',
  'three-augment',
  'mae',
  'moco-v3',
  'mmcr',
  'lejepa',
  'massl',
]).describe("How the views of an image are made; left out, the algorithm's own way.");

export type ViewsName = z.output<typeof viewsName>;

/** Which text a method follows where the authors' code and Self-Soupervision's differ. */
export const VARIANTS = ['official', 'self-soup'] as const;

export const maeOptions = {
  /** Share of the patches that the encoder does not see. */
  mask: number({ above: 0, below: 1 }, '0.75'),
  decoder: object('a decoder', { dim: integer(1, 4096), depth: integer(1, 64), heads: integer(1, 64) }),
  normalise_pixels: z
    .boolean({ error: 'expected true or false' })
    .exactOptional()
    .describe('Whether each target patch is normalised by its own mean and variance; left out, true.'),
  views: viewsName.exactOptional(),
};

export const mocov3Options = {
  variant: oneOf(VARIANTS),
  temperature: temperature.exactOptional().describe('Left out, 0.2 (official) or 1 (self-soup).'),
  teacher_momentum: momentum
    .exactOptional()
    .describe("Official only: the teacher's first momentum, rising to 1; left out, 0.99."),
  hidden: width.exactOptional().describe('Official only: hidden width of projector and predictor; left out, 4096.'),
  width: width.exactOptional().describe('Official only: width of the embeddings; left out, 256.'),
  freeze_patches: z
    .boolean({ error: 'expected true or false' })
    .exactOptional()
    .describe('Official only: whether the patch embedding keeps its values; left out, true.'),
  views: viewsName.exactOptional(),
};

export const mmcrOptions = {
  variant: oneOf(VARIANTS),
  local: number({ min: 0, max: 1000 }, '1')
    .exactOptional()
    .describe('Weight of the local term; left out, 0 (official) or 1 (self-soup).'),
  views_per_image: integer(2, 64).exactOptional().describe('Official only; left out, 2.'),
  teacher_momentum: momentum
    .exactOptional()
    .describe('Official only: of the teacher that shares in the centroids; left out, none.'),
  hidden: width.exactOptional().describe('Official only: hidden width of the projector; left out, 8192.'),
  width: width.exactOptional().describe('Official only: width of the embeddings; left out, 512.'),
  views: viewsName.exactOptional(),
};

export const lejepaOptions = {
  lambda: number({ min: 0, max: 1 }, '0.05').exactOptional().describe('Weight of SIGReg; left out, 0.05.'),
  slices: integer(1, 65_536).exactOptional().describe('Random directions of a step; left out, 1024.'),
  quadrature: oneOf(['half', 'full']).exactOptional().describe("Left out, 'half', as the code; the paper says 'full'."),
  centre: oneOf(['global', 'all']).exactOptional().describe("Left out, 'global', as the paper; MINIMAL.md says 'all'."),
  global_views: integer(1, 64).exactOptional().describe('Left out, 2.'),
  local_views: integer(0, 64).exactOptional().describe('Left out, 8.'),
  local_image: integer(1, 4096)
    .exactOptional()
    .describe(
      'Side of a local view in pixels, a multiple of the patch; left out, the multiple next to 98/224 of the image.',
    ),
  hidden: width.exactOptional().describe('Hidden width of the projector; left out, 2048.'),
  width: width.exactOptional().describe('Width of the embeddings; left out, 64.'),
  views: viewsName.exactOptional(),
};

export const masslOptions = {
  memory: integer(2, 1_048_576).exactOptional().describe('Embeddings in the memory; left out, 65536.'),
  block: integer(2, 1_048_576).exactOptional().describe('Embeddings in one block of it; left out, 1024.'),
  teacher_momentum: momentum.exactOptional().describe("The teacher's first momentum, rising to 1; left out, 0.996."),
  student_temperature: temperature.exactOptional().describe('Left out, 0.1.'),
  teacher_temperature: z
    .tuple([temperature, temperature], {
      error: 'expected two temperatures, the first and the last, such as [0.04, 0.07]',
    })
    .exactOptional()
    .describe('First and last; left out, [0.04, 0.07].'),
  teacher_warmup: number({ min: 0, max: 1 }, '0.0375')
    .exactOptional()
    .describe('Share of the steps in which the temperature rises; left out, 0.0375 (30 of 800 epochs).'),
  global_views: integer(2, 64).exactOptional().describe('Left out, 2.'),
  local_views: integer(0, 64).exactOptional().describe('Left out, 10.'),
  local_image: integer(1, 4096)
    .exactOptional()
    .describe(
      'Side of a local view in pixels, a multiple of the patch; left out, the multiple next to 96/224 of the image.',
    ),
  hidden: width.exactOptional().describe('Hidden width of the head; left out, 2048.'),
  width: width.exactOptional().describe('Width of the embeddings; left out, 256.'),
  views: viewsName.exactOptional(),
};

/** Options by algorithm. */
export const sslOptions = {
  mae: object('options of mae', maeOptions),
  mocov3: object('options of mocov3', mocov3Options),
  mmcr: object('options of mmcr', mmcrOptions),
  lejepa: object('options of lejepa', lejepaOptions),
  massl: object('options of massl', masslOptions),
} as const;

/** Those of a training's parameters that are the algorithm's own. */
export function ownOptions(
  algorithm: SslAlgorithm,
  parameters: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const own: readonly string[] = Object.keys(sslOptions[algorithm].shape);
  return Object.fromEntries(Object.entries(parameters).filter(([option]) => own.includes(option)));
}

export const SSL_ALGORITHMS = ['mae', 'mocov3', 'mmcr', 'lejepa', 'massl'] as const;
export type SslAlgorithm = (typeof SSL_ALGORITHMS)[number];
export type SslOptions<Algorithm extends SslAlgorithm = SslAlgorithm> = z.output<(typeof sslOptions)[Algorithm]>;
