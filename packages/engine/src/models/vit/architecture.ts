import { z } from 'zod';

/** How the positions of a checkpoint become those of another image size (`position-interpolation.ts`). */
export const POSITION_INTERPOLATIONS = ['bicubic', 'bicubic-antialias', 'bicubic-offset'] as const;
export type PositionInterpolation = (typeof POSITION_INTERPOLATIONS)[number];

export const ACTIVATIONS = ['gelu', 'gelu-tanh', 'quick-gelu', 'silu', 'relu'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

/**
 * What a Vision Transformer has when its architecture does not say otherwise. A field at its default is left out of stored
 * metadata, so that a new field changes the bytes of no checkpoint that does without it.
 */
export const VIT_DEFAULTS = {
  classToken: true,
  registers: 0,
  positions: 'all',
  positionGrid: null,
  positionInterpolation: 'bicubic',
  patchBias: true,
  preNorm: false,
  qkvBias: true,
  layerScale: null,
  activation: 'gelu',
  gatedMlp: false,
  finalNorm: 'before-pooling',
  projection: null,
  unitFeatures: false,
} as const;

/**
 * The shape of a Vision Transformer with pre-norm blocks and learned tokens: timm's `VisionTransformer`, MAE's and MoCo v3's
 * encoders, Hugging Face's ViT and ViTMAE, CLIP's vision tower, DINOv2. Everything a checkpoint's tensors do not say by
 * themselves is here, so that nothing is assumed when it is read.
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
    /** Hidden width of the two-layer perceptron in each block; of a gated one, its width after the gate. */
    mlp: z.int().min(1).max(65536),
    /**
     * `cls`: the class token. `mean`: the mean of the patch tokens. `cls+mean`: both, one after the other, as Hugging
     * Face's DINOv2 classifier reads them. All after the final norm, unless `finalNorm` says otherwise.
     */
    pooling: z.enum(['cls', 'mean', 'cls+mean']).default('cls'),
    /** timm, MAE and DINOv2 use 1e-6, CLIP 1e-5, Hugging Face's own configurations 1e-12. */
    layerNormEpsilon: z.number().positive().max(0.1).default(1e-6),
    /** Whether a learned token for the whole image stands before the patches. */
    classToken: z.boolean().exactOptional(),
    /** Learned tokens between the class token and the patches that belong to no patch (timm's `reg_tokens`). */
    registers: z.int().min(0).max(64).exactOptional(),
    /**
     * Which tokens the position embedding has rows for: `all`, `without-registers` (class token and patches: DINOv2), or
     * only the `patches` (timm's `no_embed_class`).
     */
    positions: z.enum(['all', 'without-registers', 'patches']).exactOptional(),
    /**
     * Side of the grid that the stored positions were learned on, when it is not the grid of this image size: they are
     * then interpolated inside the network, and their gradient flows back to the stored ones.
     */
    positionGrid: z.int().min(1).max(512).nullable().exactOptional(),
    positionInterpolation: z.enum(POSITION_INTERPOLATIONS).exactOptional(),
    /** Whether the patch embedding has a bias; CLIP's has none. */
    patchBias: z.boolean().exactOptional(),
    /** A layer norm between the embedding and the first block (CLIP's `ln_pre`, timm's `norm_pre`). */
    preNorm: z.boolean().exactOptional(),
    qkvBias: z.boolean().exactOptional(),
    /** Each branch of a block is multiplied by a learned vector, which begins at this value; null: it is not. */
    layerScale: z.number().nullable().exactOptional(),
    /** Of the perceptrons. `quick-gelu` is x·σ(1.702·x), with which OpenAI trained CLIP. */
    activation: z.enum(ACTIVATIONS).exactOptional(),
    /** Whether the perceptrons are gated: SiLU(first half) × second half of a layer of width 2·mlp (DINOv2's giant). */
    gatedMlp: z.boolean().exactOptional(),
    /** Where the last layer norm stands: over all tokens (`norm`), over the pooled vector (`fc_norm`), or nowhere. */
    finalNorm: z.enum(['before-pooling', 'after-pooling', 'none']).exactOptional(),
    /** Width of a linear map without bias behind the pooling, into the space that CLIP shares with text; null: none. */
    projection: z.int().min(1).max(8192).nullable().exactOptional(),
    /** Whether features are scaled to length 1: what a zero-shot head of text embeddings is made for. */
    unitFeatures: z.boolean().exactOptional(),
  })
  .superRefine((shape, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (shape.image % shape.patch !== 0) {
      refuse('patch', `expected a divisor of the image size ${shape.image}, found ${shape.patch}`);
    }
    if (shape.dim % shape.heads !== 0) refuse('heads', `expected a divisor of dim ${shape.dim}, found ${shape.heads}`);
    // Two spatial axes, each with as many sines as cosines.
    if (shape.dim % 4 !== 0) refuse('dim', `expected a multiple of 4 for sine-cosine positions, found ${shape.dim}`);
    if (shape.classToken === false && shape.pooling !== 'mean') {
      refuse('pooling', `expected 'mean', since there is no class token, found '${shape.pooling}'`);
    }
    if (shape.gatedMlp === true && (shape.activation ?? 'silu') !== 'silu') {
      refuse('activation', `expected 'silu', which gates a gated perceptron, found '${shape.activation}'`);
    }
  });

/** An architecture as it is written down: fields at their defaults may be left out. */
export type VitArchitecture = z.output<typeof vitArchitectureSchema>;

type Optional = keyof typeof VIT_DEFAULTS;
/** An architecture with every field. */
export type VitShape = VitArchitecture & {
  readonly [Field in Optional]-?: NonNullable<VitArchitecture[Field]> | Extract<(typeof VIT_DEFAULTS)[Field], null>;
};

/** The architecture with every default filled in. */
export function vitShape(architecture: VitArchitecture): VitShape {
  return { ...VIT_DEFAULTS, ...architecture };
}

/** The architecture without the fields that are at their default: its form in metadata. */
export function vitWithoutDefaults(architecture: VitArchitecture): VitArchitecture {
  const defaults: Readonly<Record<string, unknown>> = VIT_DEFAULTS;
  const kept = Object.entries(architecture).filter(
    ([field, value]) => !(field in defaults) || defaults[field] !== value,
  );
  return vitArchitectureSchema.parse(Object.fromEntries(kept));
}

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

/** Learned tokens before the patches: the class token and the registers. */
export function prefixCount(architecture: VitArchitecture): number {
  const { classToken, registers } = vitShape(architecture);
  return (classToken ? 1 : 0) + registers;
}

/** Rows of `pos_embed` before those of the patches. */
export function prefixPositionCount(architecture: VitArchitecture): number {
  const { classToken, registers, positions } = vitShape(architecture);
  if (positions === 'patches') return 0;
  return (classToken ? 1 : 0) + (positions === 'all' ? registers : 0);
}

/** Side of the grid that `pos_embed` has rows for. */
export function positionGrid(architecture: VitArchitecture): number {
  return architecture.positionGrid ?? patchGrid(architecture);
}

/** Width of the pooled tokens. */
export function pooledWidth({ pooling, dim }: VitArchitecture): number {
  return pooling === 'cls+mean' ? 2 * dim : dim;
}

/** Width of what the head reads. */
export function featureWidth(architecture: VitArchitecture): number {
  return architecture.projection ?? pooledWidth(architecture);
}
