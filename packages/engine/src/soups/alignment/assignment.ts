/**
 * The assignment of rows to columns, one to one, with the greatest sum: shortest augmenting paths with potentials (R. Jonker,
 * A. Volgenant, "A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987) in O(n³) f64.
 * Of several best ones, always the same.
 *
 * @param gains [n, n] row-major, finite
 * @returns the column of each row
 */
export function bestAssignment(gains: Float64Array, n: number): Uint32Array<ArrayBuffer> {
  if (gains.length !== n * n) throw new RangeError(`An assignment of ${n} has ${n * n} gains, not ${gains.length}.`);
  const rowPotential = new Float64Array(n);
  const columnPotential = new Float64Array(n);
  const rowOf = new Int32Array(n).fill(-1);
  const distance = new Float64Array(n);
  const before = new Int32Array(n);
  const done = new Uint8Array(n);

  for (let start = 0; start < n; start++) {
    distance.fill(Number.POSITIVE_INFINITY);
    before.fill(-1);
    done.fill(0);
    let row = start;
    let column = -1;
    let reached = 0;
    for (;;) {
      let nearest = -1;
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < n; j++) {
        if (done[j]) continue;
        const reduced =
          -(gains[row * n + j] as number) - (rowPotential[row] as number) - (columnPotential[j] as number);
        if (reached + reduced < (distance[j] as number)) {
          distance[j] = reached + reduced;
          before[j] = column;
        }
        if ((distance[j] as number) < least) {
          least = distance[j] as number;
          nearest = j;
        }
      }
      if (nearest < 0) throw new RangeError('The gains of an assignment must be finite numbers.');
      column = nearest;
      reached = least;
      done[column] = 1;
      if ((rowOf[column] as number) < 0) break;
      row = rowOf[column] as number;
    }
    rowPotential[start] = (rowPotential[start] as number) + reached;
    for (let j = 0; j < n; j++) {
      if (!done[j]) continue;
      const slack = reached - (distance[j] as number);
      columnPotential[j] = (columnPotential[j] as number) - slack;
      const owner = rowOf[j] as number;
      if (owner >= 0) rowPotential[owner] = (rowPotential[owner] as number) + slack;
    }
    while (column >= 0) {
      const previous = before[column] as number;
      rowOf[column] = previous < 0 ? start : (rowOf[previous] as number);
      column = previous;
    }
  }

  const columnOf = new Uint32Array(n);
  for (let j = 0; j < n; j++) columnOf[rowOf[j] as number] = j;
  return columnOf;
}
