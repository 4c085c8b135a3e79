/**
 * The point of [low, high] where an increasing function reaches zero, to the last bit: halving, because neither a derivative
 * nor a good start is needed and 60 … 1,100 evaluations cost nothing here.
 */
export function bisect(increasing: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (;;) {
    const middle = below + (above - below) / 2;
    if (middle <= below || middle >= above) return middle;
    if (increasing(middle) < 0) below = middle;
    else above = middle;
  }
}
