import { vitShape } from '../vit/architecture.js';
import { type BlockNames, blockEntry, blockOf } from './block-names.js';
import { refuse } from './config.js';
import type { CheckpointFormat, ForeignCheckpoint } from './format.js';
import { inferVit } from './infer-vit.js';
import { imageNetPreparation } from './published.js';

/** Heads of the published encoders, by width; 64 numbers each. */
const HEADS: Readonly<Record<number, number>> = { 384: 6, 768: 12, 1024: 16, 1536: 24 };
/** Side of the images that DINOv2 is used on, whatever its positions were learned on. */
const IMAGE = 224;

const block: BlockNames = {
  norm1: 'norm1',
  norm2: 'norm2',
  qkv: ['attn.qkv'],
  proj: 'attn.proj',
  fc1: 'mlp.fc1',
  fc2: 'mlp.fc2',
  ls1: 'ls1.gamma',
  ls2: 'ls2.gamma',
};
const gatedBlock: BlockNames = { ...block, fc1: 'mlp.w12', fc2: 'mlp.w3' };

/** facebookresearch/dinov2, with or without registers, its blocks numbered through or in chunks. */
export const dinov2: CheckpointFormat = {
  name: 'dinov2',
  title: 'DINOv2',
  needs: [],
  recognise: (names, files) =>
    !files.has('config.json') &&
    names.has('patch_embed.proj.weight') &&
    ['blocks.0.ls1.gamma', 'blocks.0.0.ls1.gamma'].some((name) => names.has(name)),
  understand(checkpoint, options) {
    const { source, types } = checkpoint;
    const chunk = chunkSize(types);
    const { image = defaultImage(types), pooling = 'cls' } = options;
    const inferred = inferVit(houseTypes(types, chunk), image, source);
    const heads = options.heads ?? HEADS[inferred.dim];
    if (heads === undefined) {
      refuse(
        source,
        `no published DINOv2 has the width ${inferred.dim}, so its heads are unknown.`,
        'Give their number.',
      );
    }
    return {
      architecture: {
        ...inferred,
        family: 'vit',
        heads,
        pooling,
        layerNormEpsilon: 1e-6,
        // With registers the published models resample antialiased and to a size, without them by a factor with an offset.
        positionInterpolation: inferred.registers === 0 ? 'bicubic-offset' : 'bicubic-antialias',
        ...(inferred.registers === 0 ? {} : { positions: 'without-registers' as const }),
      },
      preprocessing: imageNetPreparation(inferred.image),
      variant: { chunk },
      head: types.get('head.weight')?.shape[0] ?? null,
      classes: null,
      decoder: null,
      assumed: [
        ...(options.heads === undefined ? [`A published DINOv2 of width ${inferred.dim} has ${heads} heads.`] : []),
        'DINOv2 has the epsilon 1e-6, the exact GELU (or SwiGLU), ImageNet’s mean and deviation and images of side 224.',
      ],
    };
  },
  entries(model, table) {
    const chunk = Number(model.variant.chunk);
    const names = vitShape(model.architecture).gatedMlp ? gatedBlock : block;
    return table.map(({ name: house }) => {
      const found = blockOf(house);
      if (found === null) return { house, foreign: [house === 'reg_token' ? 'register_tokens' : house] };
      const { index, rest } = found;
      const prefix = chunk === 0 ? `blocks.${index}.` : `blocks.${Math.floor(index / chunk)}.${index}.`;
      return blockEntry(house, rest, prefix, names);
    });
  },
  mayTravel: (name) => name === 'mask_token' || name.startsWith('head.'),
  files: () => ({}),
  variant(architecture) {
    const { preNorm, layerScale, projection } = vitShape(architecture);
    if (preNorm || layerScale === null || projection !== null) {
      refuse('the model', 'it is not built like DINOv2.', 'Export it in the format that it came in.');
    }
    return { chunk: 0 };
  },
};

/** Blocks in a chunk, 0 when they are numbered through. The inner number counts through all chunks. */
function chunkSize(types: ForeignCheckpoint['types']): number {
  if (!types.has('blocks.0.0.norm1.weight')) return 0;
  let size = 0;
  while (types.has(`blocks.0.${size}.norm1.weight`)) size++;
  return size;
}

/** 224, unless its positions are of fewer patches than that. */
function defaultImage(types: ForeignCheckpoint['types']): number | null {
  const patch = types.get('patch_embed.proj.weight')?.shape[2] ?? 0;
  const positions = types.get('pos_embed')?.shape[1] ?? 0;
  return patch > 0 && IMAGE % patch === 0 && positions - 1 >= (IMAGE / patch) ** 2 ? IMAGE : null;
}

/** The types under timm's names, as far as an architecture is read off them. */
function houseTypes(types: ForeignCheckpoint['types'], chunk: number): ForeignCheckpoint['types'] {
  return new Map(
    [...types].map(([name, type]) => {
      const plain = chunk === 0 ? name : name.replace(/^blocks\.\d+\./, 'blocks.');
      const house = plain.replace('.mlp.w12.', '.mlp.fc1.').replace('.mlp.w3.', '.mlp.fc2.');
      return [house === 'register_tokens' ? 'reg_token' : house, type];
    }),
  );
}
