import { layerNorm, linear, type ParameterTable } from '../parameters.js';
import { patchWidth, positionGrid, type VitArchitecture } from '../vit/architecture.js';
import { blockParameters } from '../vit/parameters.js';
import { sinCosPositions } from '../vit/positions.js';
import type { DecoderShape } from './format.js';

/** The tensors of MAE's decoder in its own names. */
export function decoderTable(architecture: VitArchitecture, { dim, depth, mlp }: DecoderShape): ParameterTable {
  const qkvBias = architecture.qkvBias ?? true;
  return [
    { name: 'mask_token', shape: [1, 1, dim], initial: { kind: 'normal', std: 0.02 }, decay: false },
    {
      name: 'decoder_pos_embed',
      shape: [1, 1 + positionGrid(architecture) ** 2, dim],
      initial: { kind: 'fixed', values: () => sinCosPositions(dim, positionGrid(architecture)) },
      decay: false,
    },
    ...linear('decoder_embed', architecture.dim, dim),
    ...Array.from({ length: depth }, (_, index) =>
      blockParameters(`decoder_blocks.${index}`, dim, mlp, { qkvBias }),
    ).flat(),
    ...layerNorm('decoder_norm', dim),
    ...linear('decoder_pred', dim, patchWidth(architecture)),
  ];
}
