import { pooledWidth, type VitArchitecture, vitShape } from '../../models/vit/architecture.js';
import { vitHeadParameters, vitParameters } from '../../models/vit/parameters.js';
import type { SymmetricAxis, SymmetryGroup } from './symmetries.js';

/**
 * The permutation symmetries of a vision transformer: the hidden units of each MLP, the heads of each attention, and the
 * channels of the residual stream. The stream is one group for the whole network, because every block adds to the same
 * channels: tokens, positions, patch embedding, norms, and both ends of every block are tied to one order.
 *
 * Beyond permutations, attention has continuous symmetries inside a head (q and k may be turned together, v and the
 * projection too); weight matching does not look for those.
 *
 * @param classes of the head `head.weight`; null for a backbone without one
 */
export function vitSymmetries(architecture: VitArchitecture, classes: number | null): readonly SymmetryGroup[] {
  const shape = vitShape(architecture);
  const { dim, heads, mlp, depth } = shape;
  const blocks = Array.from({ length: depth }, (_, at) => `blocks.${at}`);
  const perHead = (tensor: string, axis: number, outer: number) => ({ tensor, axis, outer, inner: dim / heads });
  const gates = shape.gatedMlp ? 2 : 1;
  return [
    ...blocks.map((block) => ({
      name: `${block}.mlp`,
      units: mlp,
      axes: [
        { tensor: `${block}.mlp.fc1.weight`, axis: 0, outer: gates, inner: 1 },
        { tensor: `${block}.mlp.fc1.bias`, axis: 0, outer: gates, inner: 1 },
        { tensor: `${block}.mlp.fc2.weight`, axis: 1, outer: 1, inner: 1 },
      ],
    })),
    ...blocks.map((block) => ({
      name: `${block}.attn`,
      units: heads,
      axes: [
        perHead(`${block}.attn.qkv.weight`, 0, 3),
        ...(shape.qkvBias ? [perHead(`${block}.attn.qkv.bias`, 0, 3)] : []),
        perHead(`${block}.attn.proj.weight`, 1, 1),
      ],
    })),
    { name: 'residual stream', units: dim, axes: residualAxes(architecture, classes) },
  ];
}

/** Which axis of a tensor inside a block runs along the residual stream. */
const BLOCK_AXES: readonly (readonly [name: RegExp, axis: number])[] = [
  [/\.(attn\.qkv|mlp\.fc1)\.weight$/, 1],
  [/\.(attn\.proj|mlp\.fc2)\.(weight|bias)$/, 0],
  [/\.norm[12]\.(weight|bias)$/, 0],
  [/\.ls[12]\.gamma$/, 0],
];
const OTHER_AXES: readonly (readonly [name: RegExp, axis: number])[] = [
  [/^(cls_token|reg_token|pos_embed)$/, 2],
  [/^patch_embed\.proj\.(weight|bias)$/, 0],
  [/^(norm_pre|norm)\.(weight|bias)$/, 0],
];

function residualAxes(architecture: VitArchitecture, classes: number | null): SymmetricAxis[] {
  const shape = vitShape(architecture);
  // Class token and mean side by side: what reads the pooled features sees the channels twice.
  const pooled = pooledWidth(architecture) / shape.dim;
  const readers: readonly (readonly [name: RegExp, axis: number])[] = [
    [/^fc_norm\.(weight|bias)$/, 0],
    shape.projection === null ? [/^head\.weight$/, 1] : [/^projection\.weight$/, 1],
  ];
  const names = [
    ...vitParameters(architecture),
    ...(classes === null ? [] : vitHeadParameters(architecture, classes)),
  ].map(({ name }) => name);
  const axes = (table: readonly (readonly [RegExp, number])[], outer: number, name: string) =>
    table.filter(([pattern]) => pattern.test(name)).map(([, axis]) => ({ tensor: name, axis, outer, inner: 1 }));
  return names.flatMap((name) => [...axes([...BLOCK_AXES, ...OTHER_AXES], 1, name), ...axes(readers, pooled, name)]);
}
