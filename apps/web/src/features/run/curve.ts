/** A metric series as two columns of equal length; null where the value was not finite. */
export interface Curve {
  readonly series: string;
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

/** The curve with what a batch adds after its end. A batch that repeats known steps adds only the new ones. */
export function appendPoints<C extends Curve & { points: number }>(curve: C, batch: Curve): C {
  const end = curve.steps.at(-1) ?? Number.NEGATIVE_INFINITY;
  const from = batch.steps.findIndex((step) => step > end);
  if (from < 0) return curve;
  const added = batch.steps.slice(from);
  return {
    ...curve,
    steps: [...curve.steps, ...added],
    values: [...curve.values, ...batch.values.slice(from)],
    points: curve.points + added.length,
  };
}
