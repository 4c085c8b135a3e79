import { refuse } from './config.js';
import type { CheckpointFormat, ForeignCheckpoint } from './format.js';
import { inferVit } from './infer-vit.js';
import { imageNetPreparation } from './published.js';

/** Heads of the published encoders, by width: its ViT-S has 12, unlike everybody else's. */
const HEADS: Readonly<Record<number, number>> = { 384: 12, 768: 12, 1024: 16, 1280: 16 };

/** In the order of preference: a pre-training holds both encoders, of which the base encoder is the one to use. */
const PREFIXES = ['module.base_encoder.', 'base_encoder.', 'module.momentum_encoder.', 'module.'];

/** facebookresearch/moco-v3: a pre-training (both encoders, projector, predictor) or its linear probe. */
export const mocoV3: CheckpointFormat = {
  name: 'moco-v3',
  title: 'MoCo v3',
  needs: [],
  recognise: (names) => PREFIXES.some((prefix) => names.has(`${prefix}patch_embed.proj.weight`)),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const prefix = PREFIXES.find((one) => types.has(`${one}patch_embed.proj.weight`)) ?? '';
    const { image = null, pooling = 'cls' } = options;
    const inferred = inferVit(withoutPrefix(types, prefix), image, source);
    const heads = options.heads ?? HEADS[inferred.dim];
    if (heads === undefined) {
      refuse(
        source,
        `no published MoCo v3 has the width ${inferred.dim}, so its heads are unknown.`,
        'Give their number.',
      );
    }
    return {
      architecture: { ...inferred, family: 'vit', heads, pooling, layerNormEpsilon: 1e-6, activation: 'gelu' },
      preprocessing: imageNetPreparation(inferred.image),
      variant: { prefix },
      // In a pre-training `head` is the projector, a perceptron; in a linear probe it is the classes'.
      head: types.get(`${prefix}head.weight`)?.shape[0] ?? null,
      classes: null,
      decoder: null,
      assumed: [
        ...(options.heads === undefined ? [`A published MoCo v3 of width ${inferred.dim} has ${heads} heads.`] : []),
        'MoCo v3 has the epsilon 1e-6, the exact GELU, the class token’s pooling and ImageNet’s mean and deviation.',
      ],
    };
  },
  entries: ({ variant }, table) => table.map(({ name }) => ({ house: name, foreign: [`${variant.prefix}${name}`] })),
  mayTravel(name, { prefix }) {
    const own = String(prefix);
    return (
      !name.startsWith(own) ||
      name.startsWith(`${own}head.`) ||
      PREFIXES.some((one) => one !== own && one.startsWith(own) && name.startsWith(one))
    );
  },
  files: () => ({}),
  variant: () => ({ prefix: 'module.base_encoder.' }),
};

function withoutPrefix(types: ForeignCheckpoint['types'], prefix: string): ForeignCheckpoint['types'] {
  return new Map(
    [...types].flatMap(([name, type]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), type] as const] : [])),
  );
}
