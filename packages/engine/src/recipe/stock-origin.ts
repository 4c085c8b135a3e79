import type { Architecture, CheckpointSource } from './parameters.js';
import type { RecipeStock } from './schema.js';

/** Where a recipe's stock comes from: a pre-training of its own, or a checkpoint that is there already. */
export type StockOrigin =
  | {
      readonly from: 'pretraining';
      readonly architecture: Architecture;
      readonly pretrain: NonNullable<RecipeStock['pretrain']>;
    }
  | { readonly from: 'checkpoint'; readonly checkpoint: CheckpointSource; readonly sha256: string | null };

/** The origin that a stock names; undefined when it names none or both, which `checkStock` refuses in words. */
export function stockOrigin({ architecture, pretrain, checkpoint, sha256 }: RecipeStock): StockOrigin | undefined {
  if (checkpoint !== undefined) {
    if (pretrain !== undefined || architecture !== undefined) return undefined;
    return { from: 'checkpoint', checkpoint, sha256: sha256 ?? null };
  }
  if (pretrain === undefined || architecture === undefined || sha256 !== undefined) return undefined;
  return { from: 'pretraining', architecture, pretrain };
}
