import type { VitArchitecture } from '../vit/architecture.js';
import { refuse } from './config.js';

type Shapes = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** What the tensors of a vision transformer say by themselves, under timm's names. */
export type Inferred = Omit<VitArchitecture, 'heads' | 'pooling' | 'layerNormEpsilon' | 'activation' | 'family'>;

/**
 * Reads an architecture off the names and shapes of its tensors.
 *
 * @param image side of the images it was trained on, where something says it; null: that of its positions
 * @throws {CheckpointError} when there is no patch embedding or the positions fit no grid.
 */
export function inferVit(types: Shapes, image: number | null, source: string): Inferred {
  const shape = (name: string) => types.get(name)?.shape;
  const [dim = 0, channels = 0, patch = 0, width = 0] = shape('patch_embed.proj.weight') ?? [];
  const positions = shape('pos_embed')?.[1];
  if (dim === 0 || patch !== width || positions === undefined) {
    refuse(
      source,
      'it has no convolution into square patches or no position embedding.',
      'Only plain patches are known.',
    );
  }
  const classToken = types.has('cls_token');
  const registers = shape('reg_token')?.[1] ?? 0;
  const first = classToken ? 1 : 0;
  const counts = [
    ['all', first + registers],
    ['without-registers', first],
    ['patches', 0],
  ] as const;
  // The positions are a square of patches behind none, one or all of the tokens before them.
  const fits = counts.filter(([, prefix]) => Number.isInteger(Math.sqrt(positions - prefix)));
  const grid = ([, prefix]: (typeof counts)[number]) => Math.sqrt(positions - prefix);
  const chosen = fits.find((fit) => image !== null && grid(fit) === image / patch) ?? fits[0];
  if (chosen === undefined) {
    refuse(source, `its ${positions} positions are no square of patches.`, 'Stockpot takes square images.');
  }
  const side = grid(chosen);
  let depth = 0;
  while (types.has(`blocks.${depth}.norm1.weight`)) depth++;
  const [, mlp = 0] = shape('blocks.0.mlp.fc2.weight') ?? [];
  const gated = shape('blocks.0.mlp.fc1.weight')?.[0] === 2 * mlp;
  const used = image ?? side * patch;
  return {
    image: used,
    channels,
    patch,
    dim,
    depth,
    mlp,
    classToken,
    registers,
    positions: registers === 0 && chosen[0] === 'without-registers' ? 'all' : chosen[0],
    ...(side * patch === used ? {} : { positionGrid: side }),
    patchBias: types.has('patch_embed.proj.bias'),
    preNorm: types.has('norm_pre.weight'),
    qkvBias: types.has('blocks.0.attn.qkv.bias'),
    layerScale: types.has('blocks.0.ls1.gamma') ? 1e-5 : null,
    gatedMlp: gated,
    finalNorm: types.has('norm.weight') ? 'before-pooling' : types.has('fc_norm.weight') ? 'after-pooling' : 'none',
  };
}
