import { refuse } from './config.js';
import type { CheckpointFormat, DecoderShape, ForeignCheckpoint } from './format.js';
import { inferVit } from './infer-vit.js';
import { imageNetPreparation } from './published.js';

/** Heads of the published encoders, by width. */
const HEADS: Readonly<Record<number, number>> = { 768: 12, 1024: 16, 1280: 16 };
/** Heads of the published decoder, by width. */
const DECODER_HEADS: Readonly<Record<number, number>> = { 512: 16 };

/** facebookresearch/mae: pre-trained with or without its decoder, or fine-tuned (mean of the patches, `fc_norm`). */
export const mae: CheckpointFormat = {
  name: 'mae',
  title: 'MAE',
  needs: [],
  // Without a decoder its names are timm's: then somebody has to say that it is MAE's.
  recognise: (names, files) =>
    !files.has('config.json') && names.has('patch_embed.proj.weight') && names.has('decoder_pos_embed'),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const { image = null, pooling = 'mean' } = options;
    const inferred = inferVit(types, image, source);
    const heads = options.heads ?? HEADS[inferred.dim];
    if (heads === undefined) {
      refuse(source, `no published MAE has the width ${inferred.dim}, so its heads are unknown.`, 'Give their number.');
    }
    return {
      architecture: {
        ...inferred,
        family: 'vit',
        heads,
        pooling,
        layerNormEpsilon: 1e-6,
        activation: 'gelu',
      },
      preprocessing: imageNetPreparation(inferred.image),
      variant: {},
      head: types.get('head.weight')?.shape[0] ?? null,
      classes: null,
      decoder: decoderOf(checkpoint, options.heads),
      assumed: [
        ...(options.heads === undefined ? [`A published MAE of width ${inferred.dim} has ${heads} heads.`] : []),
        'MAE has the epsilon 1e-6, the exact GELU and ImageNet’s mean and deviation.',
        ...(options.pooling === undefined ? ['MAE is fine-tuned on the mean of the patch tokens.'] : []),
      ],
    };
  },
  // Stockpot's names are timm's, which are MAE's.
  entries: (_, table) => table.map(({ name }) => ({ house: name, foreign: [name] })),
  mayTravel: () => false,
  files: () => ({}),
  variant(architecture) {
    if ((architecture.preNorm ?? false) || (architecture.projection ?? null) !== null) {
      refuse('the model', 'it is not built like MAE.', 'Export it in the format that it came in.');
    }
    return {};
  },
};

function decoderOf({ types, source }: ForeignCheckpoint, heads: number | undefined): DecoderShape | null {
  const dim = types.get('decoder_embed.weight')?.shape[0];
  if (dim === undefined) return null;
  let depth = 0;
  while (types.has(`decoder_blocks.${depth}.norm1.weight`)) depth++;
  const known = heads ?? DECODER_HEADS[dim];
  if (known === undefined) {
    refuse(source, `no published MAE has a decoder of width ${dim}, so its heads are unknown.`, 'Give their number.');
  }
  return { dim, depth, heads: known, mlp: types.get('decoder_blocks.0.mlp.fc1.weight')?.shape[0] ?? 4 * dim };
}
