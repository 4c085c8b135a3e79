import type { ModelLayers } from '../layers.js';

/** Names before the first block: tokens, positions, the patch embedding and the norm that CLIP puts after it. */
const STEM = /^(cls_token|dist_token|reg_token|mask_token|pos_embed|patch_embed\.|norm_pre\.)/;
const BLOCK = /^blocks\.(\d+)\./;

/** The layers of a ViT as MAE's and BEiT's fine-tuning count them (util/lr_decay.py, get_layer_id_for_vit). */
export function vitLayers({ depth }: { readonly depth: number }): ModelLayers {
  return {
    blocks: depth,
    of: (parameter) => {
      if (STEM.test(parameter)) return 0;
      const block = BLOCK.exec(parameter)?.[1];
      return block === undefined ? depth + 1 : Number(block) + 1;
    },
  };
}
