/** Says beside a score that its model was chosen by such scores: it flatters the model, and never ranks. */
export function SpentMark() {
  return (
    <span
      className="rounded border border-line px-1 text-2xs whitespace-nowrap text-warn"
      title="Spent: the model was chosen on this split, itself or what it was mixed of, so the score flatters it and never ranks."
    >
      spent
    </span>
  );
}
