import { StockpotEngineError } from '../errors.js';
import type { ModelLayers } from '../models/layers.js';

/**
 * Layer-wise decay of the learning rate (BEiT, MAE: util/lr_decay.py): what comes after the blocks has the schedule's
 * rate, the last block `decay` of it, and every layer before that `decay` of the one after it. With 0.65 and 12 blocks the
 * patch embedding learns at 0.65¹³ = 0.0037 of the rate.
 *
 * @param decay in (0, 1]; 1 gives every parameter the same rate
 * @returns the factor of a parameter's learning rate, by name
 */
export function layerDecay({ blocks, of }: ModelLayers, decay: number): (parameter: string) => number {
  return (parameter) => decay ** (blocks + 1 - of(parameter));
}

/** The layers of a model, or a sentence that says what cannot be done without them. */
export function layersOf(layers: ModelLayers | undefined, what: string): ModelLayers {
  if (layers !== undefined) return layers;
  throw new StockpotEngineError(
    `${what} needs a model whose layers are known, and this one's are not.`,
    `Leave ${what.toLowerCase()} out, or use a model of the family 'vit'.`,
  );
}
