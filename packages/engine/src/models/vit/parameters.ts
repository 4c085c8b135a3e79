import { layerNorm, linear, type ParameterTable } from '../parameters.js';
import {
  featureWidth,
  pooledWidth,
  positionGrid,
  prefixPositionCount,
  type VitArchitecture,
  type VitShape,
  vitShape,
} from './architecture.js';
import { sinCosPositions } from './positions.js';

/** What decides which tensors a block has, beside its widths. */
export type BlockFeatures = Partial<Pick<VitShape, 'qkvBias' | 'gatedMlp' | 'layerScale'>>;

/** The parameters of one pre-norm transformer block, under `prefix` ('blocks.0'). */
export function blockParameters(
  prefix: string,
  dim: number,
  mlp: number,
  { qkvBias = true, gatedMlp = false, layerScale = null }: BlockFeatures = {},
): ParameterTable {
  const scale = (name: string): ParameterTable =>
    layerScale === null
      ? []
      : [
          {
            name: `${prefix}.${name}.gamma`,
            shape: [dim],
            initial: { kind: 'fixed', values: () => new Float32Array(dim).fill(layerScale) },
          },
        ];
  return [
    ...layerNorm(`${prefix}.norm1`, dim),
    ...linear(`${prefix}.attn.qkv`, dim, 3 * dim).slice(0, qkvBias ? 2 : 1),
    ...linear(`${prefix}.attn.proj`, dim, dim),
    ...scale('ls1'),
    ...layerNorm(`${prefix}.norm2`, dim),
    ...linear(`${prefix}.mlp.fc1`, dim, gatedMlp ? 2 * mlp : mlp),
    ...linear(`${prefix}.mlp.fc2`, mlp, dim),
    ...scale('ls2'),
  ];
}

/**
 * Every tensor of a ViT without its head, in timm's names and order. Initialised as MAE does: Xavier for linear layers and
 * for the patch convolution seen as one, N(0, 0.02) for learned tokens, fixed sine-cosine positions.
 */
export function vitParameters(architecture: VitArchitecture): ParameterTable {
  const { dim, channels, patch, depth, mlp, ...shape } = vitShape(architecture);
  const prefix = prefixPositionCount(architecture);
  const grid = positionGrid(architecture);
  const token = (name: string, count: number): ParameterTable =>
    count === 0 ? [] : [{ name, shape: [1, count, dim], initial: { kind: 'normal', std: 0.02 }, decay: false }];
  return [
    ...token('cls_token', shape.classToken ? 1 : 0),
    ...token('reg_token', shape.registers),
    {
      name: 'pos_embed',
      shape: [1, prefix + grid ** 2, dim],
      initial: { kind: 'fixed', values: () => withPrefixRows(sinCosPositions(dim, grid), dim, prefix) },
      decay: false,
    },
    {
      name: 'patch_embed.proj.weight',
      shape: [dim, channels, patch, patch],
      initial: { kind: 'xavier-uniform', fanIn: channels * patch * patch, fanOut: dim },
    },
    ...(shape.patchBias ? [{ name: 'patch_embed.proj.bias', shape: [dim], initial: { kind: 'zeros' } as const }] : []),
    ...(shape.preNorm ? layerNorm('norm_pre', dim) : []),
    ...Array.from({ length: depth }, (_, index) => blockParameters(`blocks.${index}`, dim, mlp, shape)).flat(),
    ...(shape.finalNorm === 'before-pooling' ? layerNorm('norm', dim) : []),
    ...(shape.finalNorm === 'after-pooling' ? layerNorm('fc_norm', pooledWidth(architecture)) : []),
    ...(shape.projection === null ? [] : linear('projection', pooledWidth(architecture), shape.projection).slice(0, 1)),
  ];
}

/** Sine-cosine rows behind `prefix` rows of zeros; `sinCosPositions` comes with one, for the class token. */
function withPrefixRows(positions: Float32Array, dim: number, prefix: number): Float32Array {
  if (prefix === 1) return positions;
  const rows = new Float32Array(positions.length + (prefix - 1) * dim);
  rows.set(positions.subarray(dim), prefix * dim);
  return rows;
}

/** The linear classification head: `head.weight` [classes, width] and `head.bias` [classes]. */
export function vitHeadParameters(architecture: VitArchitecture, classes: number): ParameterTable {
  return linear('head', featureWidth(architecture), classes);
}
