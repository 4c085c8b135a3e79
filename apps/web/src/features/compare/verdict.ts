import type { ComparisonFieldsFragment } from '@/gql/graphql';
import { percent, points, probability } from '@/lib/format';

/** Differences with a larger adjusted p-value are not told from none. */
const ALPHA = 0.05;

type Judged = Pick<ComparisonFieldsFragment, 'difference' | 'low' | 'high' | 'p' | 'adjustedP' | 'spent'>;

/** Whether the examples tell two models apart. What was chosen on them they cannot judge. */
export function toldApart({ adjustedP, spent }: Pick<Judged, 'adjustedP' | 'spent'>): boolean {
  return !spent && adjustedP < ALPHA;
}

/** What the examples say of two models, in a sentence. */
export function verdict(comparison: Judged, first: string, second: string): string {
  const { difference, adjustedP, spent } = comparison;
  const size = percent(Math.abs(difference));
  const [better, worse] = difference >= 0 ? [first, second] : [second, first];
  if (spent) {
    return `One of the two was chosen on this split, itself or what is in it, so its score flatters it: the difference of ${size} points decides nothing.`;
  }
  if (difference === 0) return 'Both are right equally often.';
  return toldApart(comparison)
    ? `${better} is better than ${worse} by ${size} points, and the images tell it (adjusted p ${pEquals(adjustedP)}).`
    : `${better} is ${size} points ahead of ${worse}, which the images cannot tell from no difference (adjusted p ${pEquals(adjustedP)}).`;
}

/** "+1.20 (0.41 to 1.98)", in points. */
export function differenceText({ difference, low, high }: Pick<Judged, 'difference' | 'low' | 'high'>): string {
  return `${points(difference)} (${points(low)} to ${points(high)})`;
}

/** '= 0.03', '< 0.0001'. */
export function pEquals(p: number): string {
  const text = probability(p);
  return text.startsWith('<') ? text : `= ${text}`;
}
