import type { Fact } from '@/components/ui/facts';
import { percent, quantity } from '@/lib/format';

/** Means over the pairs of a pool; null where no pair defines one. */
interface PairMeans {
  readonly disagreement?: number | null;
  readonly errorCorrelation?: number | null;
  readonly kappa?: number | null;
  readonly doubleFault?: number | null;
  readonly headroom?: number | null;
}

/** How differently the models of a pool err, in five numbers. */
export function meanFacts({ disagreement, errorCorrelation, kappa, doubleFault, headroom }: PairMeans): Fact[] {
  return [
    { name: 'Disagreement: one alone is right, mean', value: shareText(disagreement) },
    { name: 'Correlation of errors, mean', value: measureText(errorCorrelation) },
    { name: 'Agreement beyond chance (κ), mean', value: measureText(kappa) },
    { name: 'Both wrong, mean', value: shareText(doubleFault) },
    { name: 'What picking the right one of two would gain', value: shareText(headroom) },
  ];
}

/** "0.667", a true minus sign below zero. */
export function measureText(value: number | null | undefined): string {
  return value == null ? 'not defined' : quantity(value, 3).replace(/^-/, '−');
}

function shareText(value: number | null | undefined): string {
  return value == null ? 'not defined' : `${percent(value)} %`;
}
