import { TriangleAlert } from 'lucide-react';
import { count } from '@/lib/format';
import type { Ranking } from './types';

/** Why nobody is ranked here. */
export function RankingRefusal({ ranking }: { ranking: Ranking }) {
  if (!ranking.refusal) return null;
  return (
    <p
      role="note"
      className="flex items-start gap-2 border-b border-line bg-warn-soft px-4 py-2.5 text-sm text-warn sm:px-5"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {ranking.refusal}
    </p>
  );
}

/** How ranks came about, over how many models, and what was corrected for. */
export function RankingNote({ ranking }: { ranking: Ranking }) {
  const { method, models, alpha } = ranking;
  if (!method || models < 2) return null;
  if (method === 'VALUES' || alpha === null) {
    return (
      <p className="max-w-3xl text-pretty">
        Places among {count(models)} models by this number as it stands: it has no test that says which differences are
        real, as top-1 has.
      </p>
    );
  }
  const pairs = (models * (models - 1)) / 2;
  const together = `All rank intervals hold together with probability ${count(100 * (1 - alpha))} %.`;
  return (
    <p className="max-w-3xl text-pretty">
      {method === 'PAIRED'
        ? `Ranks are intervals: ${count(models)} models compared pair by pair on the same images (McNemar’s exact test; by image on corruption grids), p-values adjusted by Holm for ${count(pairs)} ${pairs === 1 ? 'pair' : 'pairs'}. ${together} “≈ best”: the images cannot tell it from the best score.`
        : `Ranks are intervals: ${count(models)} models are too many to compare pair by pair, so their Wilson intervals are widened to hold together (Bonferroni), and models whose intervals are apart differ. ${together} “≈ best”: its interval meets that of the best score.`}
    </p>
  );
}
