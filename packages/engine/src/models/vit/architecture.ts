import { z } from 'zod';

/**
 * The shape of a plain Vision Transformer (timm's `VisionTransformer`: pre-norm blocks, learned class token, one linear
 * head). Everything a checkpoint's tensors do not say by themselves is here, so that nothing is assumed when it is read.
 */
export const vitArchitectureSchema = z
  .strictObject({
    family: z.literal('vit'),
    /** Height and width of the square input image, in pixels. */
    image: z.int().min(1).max(4096),
    channels: z.int().min(1).max(16),
    /** Height and width of one square patch, in pixels. */
    patch: z.int().min(1).max(512),
    /** Width of a token. */
    dim: z.int().min(4).max(8192),
    depth: z.int().min(1).max(128),
    heads: z.int().min(1).max(128),
    /** Hidden width of the two-layer perceptron in each block. */
    mlp: z.int().min(1).max(65536),
    /** `cls`: the class token after the final norm. `mean`: the mean of the patch tokens after the final norm. */
    pooling: z.enum(['cls', 'mean']).default('cls'),
    /** timm, MAE and DINOv2 use 1e-6, CLIP 1e-5, Hugging Face's own configurations 1e-12. */
    layerNormEpsilon: z.number().positive().max(0.1).default(1e-6),
  })
  .superRefine((shape, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (shape.image % shape.patch !== 0) {
      refuse('patch', `expected a divisor of the image size ${shape.image}, found ${shape.patch}`);
    }
    if (shape.dim % shape.heads !== 0) refuse('heads', `expected a divisor of dim ${shape.dim}, found ${shape.heads}`);
    // Two spatial axes, each with as many sines as cosines.
    if (shape.dim % 4 !== 0) refuse('dim', `expected a multiple of 4 for sine-cosine positions, found ${shape.dim}`);
  });

export type VitArchitecture = z.output<typeof vitArchitectureSchema>;

/** Patches along one side of the image. */
export function patchGrid(architecture: Pick<VitArchitecture, 'image' | 'patch'>): number {
  return architecture.image / architecture.patch;
}

/** Patches of one image, the class token not counted. */
export function patchCount(architecture: Pick<VitArchitecture, 'image' | 'patch'>): number {
  return patchGrid(architecture) ** 2;
}

/** Numbers in one patch of an image: what the patch embedding reads and what MAE's decoder predicts. */
export function patchWidth(architecture: Pick<VitArchitecture, 'channels' | 'patch'>): number {
  return architecture.channels * architecture.patch ** 2;
}
