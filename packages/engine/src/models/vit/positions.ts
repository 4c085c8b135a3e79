/**
 * MAE's fixed 2-D sine-cosine position embedding (`util/pos_embed.py`): [1 + grid², dim] row-major, the class token's row
 * zero. The first half of each row encodes the column, the second half the row, because MAE's meshgrid has the width
 * first; each half is [sin(x·ω), cos(x·ω)] with ω_i = 10000^(−i / (dim/4)). `dim` must be a multiple of 4.
 */
export function sinCosPositions(dim: number, grid: number): Float32Array {
  return Float32Array.from(sinCosPositionsExact(dim, grid));
}

/** The same before it is rounded to f32. */
export function sinCosPositionsExact(dim: number, grid: number): Float64Array {
  const quarter = dim / 4;
  const positions = new Float64Array((1 + grid * grid) * dim);
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const start = (1 + row * grid + column) * dim;
      for (let i = 0; i < quarter; i++) {
        const omega = 10000 ** (-i / quarter);
        positions[start + i] = Math.sin(column * omega);
        positions[start + quarter + i] = Math.cos(column * omega);
        positions[start + 2 * quarter + i] = Math.sin(row * omega);
        positions[start + 3 * quarter + i] = Math.cos(row * omega);
      }
    }
  }
  return positions;
}
