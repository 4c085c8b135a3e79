import { layerNorm, linear, type ParameterTable } from '../parameters.js';
import { patchCount, patchGrid, type VitArchitecture } from './architecture.js';
import { sinCosPositions } from './positions.js';

/** The parameters of one pre-norm transformer block, under `prefix` ('blocks.0'). */
export function blockParameters(prefix: string, dim: number, mlp: number): ParameterTable {
  return [
    ...layerNorm(`${prefix}.norm1`, dim),
    ...linear(`${prefix}.attn.qkv`, dim, 3 * dim),
    ...linear(`${prefix}.attn.proj`, dim, dim),
    ...layerNorm(`${prefix}.norm2`, dim),
    ...linear(`${prefix}.mlp.fc1`, dim, mlp),
    ...linear(`${prefix}.mlp.fc2`, mlp, dim),
  ];
}

/**
 * Every tensor of a ViT without its head, in timm's names and order. Initialised as MAE does: Xavier for linear layers and
 * for the patch convolution seen as one, N(0, 0.02) for the class token, fixed sine-cosine positions.
 */
export function vitParameters(architecture: VitArchitecture): ParameterTable {
  const { dim, channels, patch, depth, mlp } = architecture;
  return [
    { name: 'cls_token', shape: [1, 1, dim], initial: { kind: 'normal', std: 0.02 }, decay: false },
    {
      name: 'pos_embed',
      shape: [1, 1 + patchCount(architecture), dim],
      initial: { kind: 'fixed', values: () => sinCosPositions(dim, patchGrid(architecture)) },
      decay: false,
    },
    {
      name: 'patch_embed.proj.weight',
      shape: [dim, channels, patch, patch],
      initial: { kind: 'xavier-uniform', fanIn: channels * patch * patch, fanOut: dim },
    },
    { name: 'patch_embed.proj.bias', shape: [dim], initial: { kind: 'zeros' } },
    ...Array.from({ length: depth }, (_, index) => blockParameters(`blocks.${index}`, dim, mlp)).flat(),
    ...layerNorm('norm', dim),
  ];
}

/** The linear classification head: `head.weight` [classes, dim] and `head.bias` [classes]. */
export function vitHeadParameters(architecture: VitArchitecture, classes: number): ParameterTable {
  return linear('head', architecture.dim, classes);
}
