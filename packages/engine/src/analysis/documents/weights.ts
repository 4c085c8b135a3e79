import { z } from 'zod';
import type { Geometry } from '../weight-space/geometry.js';
import type { WeightSpace } from '../weight-space/weight-space.js';
import { correlation, count, head, headOf, names } from './parts.js';

const lengths = z.array(z.number().min(0));
const cosines = z.array(correlation.nullable());

const fromStock = z
  .strictObject({
    elements: count.describe('weights that the stock has too'),
    norm: z.number().min(0).describe('length ‖θ₀‖ of the stock'),
    distance: lengths.describe('‖θ − θ₀‖, L2, of each model'),
    relativeDistance: z.array(z.number().min(0).nullable()).describe('‖θ − θ₀‖/‖θ₀‖; null where the stock is zero'),
    cosine: cosines.describe('cos(θ, θ₀); null where one is zero'),
    angle: z
      .array(z.array(z.number().min(0).max(3.15).nullable()))
      .describe('angle at the stock between the ways of two models, radians; null where one did not move'),
  })
  .nullable()
  .describe('null without a stock, or where it has none of these weights');

/** Where models lie, by some of their weights. */
export const geometry = z.strictObject({
  elements: count.describe('weights behind these numbers'),
  norm: lengths.describe('‖θ‖, L2, of each model'),
  distance: z.array(lengths).describe('‖θᵢ − θⱼ‖ between models'),
  cosine: z.array(cosines).describe('cos(θᵢ, θⱼ); null where one is zero'),
  fromStock,
});

export const weightsDocument = z.strictObject({
  ...head('weights'),
  models: names,
  stock: z.string().nullable().describe('the model they were trained from; null where none was given'),
  all: geometry.describe('of all weights'),
  layers: z
    .array(z.strictObject({ name: z.string(), ...geometry.shape }))
    .describe('by layer, in the order of first tensors'),
  tensors: z
    .array(z.strictObject({ name: z.string(), ...geometry.shape }))
    .nullable()
    .describe('by tensor, in the order of names; null when not asked for'),
  missingInStock: z
    .array(z.string())
    .describe('tensors that the stock has not, such as a head: they count between models only'),
  notWeights: z.array(z.string()).describe('tensors of integers and booleans'),
});
export type WeightsDocument = z.infer<typeof weightsDocument>;

/** Distances and angles of models in weight space as a document. */
export function analyseWeights(
  models: readonly string[],
  space: WeightSpace,
  { stock = null, tensors = false }: { readonly stock?: string | null; readonly tensors?: boolean } = {},
): WeightsDocument {
  const list = (map: ReadonlyMap<string, Geometry>) => [...map].map(([name, one]) => ({ name, ...plain(one) }));
  return weightsDocument.parse({
    ...headOf('weights'),
    models,
    stock,
    all: plain(space.all),
    layers: list(space.layers),
    tensors: tensors ? list(space.tensors) : null,
    missingInStock: space.missingInStock,
    notWeights: space.notWeights,
  });
}

/** Without the inner products, which are an intermediate result. */
function plain({ fromStock: stock, ...rest }: Geometry): object {
  if (stock === null) return { ...rest, fromStock: null };
  const { products: _, ...shown } = stock;
  return { ...rest, fromStock: shown };
}
