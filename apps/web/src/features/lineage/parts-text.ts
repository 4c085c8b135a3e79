import { signed } from '@/lib/format';

interface Part {
  readonly name: string;
  /** What it counts; null or absent where a method is no sum of its parts. */
  readonly coefficient?: number | null;
}

/** What is in a mixture: "0.7 × a + 0.5 × b − 0.2 × c" for a sum, the names otherwise. What counts nothing is left out. */
export function partsText(parts: readonly Part[]): string {
  const counted = parts.filter(({ coefficient }) => coefficient !== 0);
  if (counted.every(({ coefficient }) => coefficient == null)) return counted.map(({ name }) => name).join(', ');
  return counted
    .map(({ name, coefficient }, place) => {
      const share = coefficient ?? 1;
      const term = (value: number) => (coefficient == null ? name : `${signed(value)} × ${name}`);
      return place === 0 ? term(share) : `${share < 0 ? '−' : '+'} ${term(Math.abs(share))}`;
    })
    .join(' ');
}
