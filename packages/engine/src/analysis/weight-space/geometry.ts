import { type SquareMatrix, symmetricMatrix } from '../square.js';
import { angleOfSides } from './angle.js';
import type { GeometrySums } from './geometry-sums.js';

/** A k × k table in which a place may have no answer: a direction from where nothing moved. */
export type PartialMatrix = readonly (readonly (number | null)[])[];

/** Where k models lie, by some of their weights: one tensor, a layer, or all. */
export interface Geometry {
  /** Weights behind these numbers. */
  readonly elements: number;
  /** ‖θ_i‖. */
  readonly norm: readonly number[];
  /** ‖θ_i − θ_j‖, L2; 0 on the diagonal. */
  readonly distance: SquareMatrix;
  /** cos(θ_i, θ_j), −1 … 1; null where one is zero. */
  readonly cosine: PartialMatrix;
  /** Null where the stock has none of these weights, or there is no stock. */
  readonly fromStock: StockGeometry | null;
}

/** Where k models lie as seen from the stock θ_0, with τ_i = θ_i − θ_0. */
export interface StockGeometry {
  /** Weights that the stock has too: those behind these numbers. */
  readonly elements: number;
  /** ‖θ_0‖. */
  readonly norm: number;
  /** ‖τ_i‖. */
  readonly distance: readonly number[];
  /** ‖τ_i‖/‖θ_0‖; null where the stock is zero. */
  readonly relativeDistance: readonly (number | null)[];
  /** cos(θ_i, θ_0). */
  readonly cosine: readonly (number | null)[];
  /** τ_i·τ_j, as `predictedGain` takes them. */
  readonly products: SquareMatrix;
  /** φ, the angle at the stock between τ_i and τ_j, radians in 0 … π; null where one did not move. */
  readonly angle: PartialMatrix;
}

/**
 * Lengths, distances and directions from sums over weights. Cosines are products over lengths, clamped to [−1, 1]; angles at
 * the stock come from the three sides of the triangle θ_0, θ_i, θ_j, so that those of nearly parallel ways keep their digits.
 *
 * Source of φ and of its use: Wortsman et al., Model soups, ICML 2022, arXiv:2203.05482, §3.2.
 */
export function geometryOf(sums: GeometrySums): Geometry {
  const { models } = sums;
  const at = (table: Float64Array, i: number, j: number) => table[i * models + j] ?? 0;
  const norm = Array.from({ length: models }, (_, i) => Math.sqrt(at(sums.products, i, i)));
  return {
    elements: sums.elements,
    norm,
    distance: symmetricMatrix(models, (i, j) => Math.sqrt(at(sums.squares, i, j))),
    cosine: symmetricMatrix(models, (i, j) =>
      i === j && (norm[i] ?? 0) > 0 ? 1 : cosineOf(at(sums.products, i, j), norm[i] ?? 0, norm[j] ?? 0),
    ),
    fromStock: sums.stockElements === 0 ? null : stockGeometry(sums),
  };
}

function stockGeometry(sums: GeometrySums): StockGeometry {
  const { models, stockProducts } = sums;
  const at = (i: number, j: number) => stockProducts[i * models + j] ?? 0;
  const norm = Math.sqrt(sums.stockSquare);
  const distance = Array.from({ length: models }, (_, i) => Math.sqrt(at(i, i)));
  return {
    elements: sums.stockElements,
    norm,
    distance,
    relativeDistance: distance.map((far) => (norm > 0 ? far / norm : null)),
    cosine: distance.map((_, i) => cosineOf(sums.withStock[i] ?? 0, Math.sqrt(sums.beside[i] ?? 0), norm)),
    products: symmetricMatrix(models, at),
    angle: symmetricMatrix(models, (i, j) => {
      const [a, b] = [distance[i] ?? 0, distance[j] ?? 0];
      return i === j ? (a > 0 ? 0 : null) : angleOfSides(a, b, Math.sqrt(sums.stockSquares[i * models + j] ?? 0));
    }),
  };
}

function cosineOf(product: number, left: number, right: number): number | null {
  if (!(left > 0 && right > 0)) return null;
  return Math.min(1, Math.max(-1, product / left / right));
}
