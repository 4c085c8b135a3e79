import type { Plan } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { printable } from '../printable.js';

const count = z.int().min(0);
const datasetSummary = z.object({
  found: z.string().optional(),
  overlaps: z.array(z.object({ a: z.string(), b: z.string(), n: count })),
  nearDuplicates: z
    .object({
      pairs: z.array(z.object({ a: z.string(), b: z.string(), images: z.object({ a: count, b: count }) })),
    })
    .optional(),
});

/** What whoever cooks should know about the data: which format was found, and which images are in two splits at once. */
export function dataNotes(
  plan: Plan,
  results: ReadonlyMap<string, { readonly result: { readonly summary: unknown } }>,
): string[] {
  return plan.steps.flatMap(({ id, kind, makes }) => {
    if (kind !== 'dataset' || makes.type !== 'dataset') return [];
    const summary = datasetSummary.safeParse(results.get(id)?.result.summary);
    if (!summary.success) return [];
    const { found, overlaps, nearDuplicates } = summary.data;
    const notes = found === undefined ? [] : [found];
    for (const { a, b, n } of overlaps) {
      notes.push(
        `${n} ${n === 1 ? 'example is' : 'different examples are'} both in '${a}' and in '${b}', identically.`,
      );
    }
    for (const { a, b, images } of nearDuplicates?.pairs ?? []) {
      notes.push(`${images.b} of '${b}' nearly ${images.b === 1 ? 'repeats' : 'repeat'} ${images.a} of '${a}'.`);
    }
    return notes.map((note) => printable(`${makes.name}: ${note}`));
  });
}
