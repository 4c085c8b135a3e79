import type { Plan } from '@stockpot/engine/recipe';
import { z } from 'zod';
import { printable } from '../printable.js';

const summary = z.object({ assumed: z.array(z.string()) });

/** What was taken for granted of imported ingredients, each sentence once with those that it is about. */
export function importNotes(
  plan: Plan,
  results: ReadonlyMap<string, { readonly result: { readonly summary: unknown } }>,
): string[] {
  const notes = new Map<string, string[]>();
  for (const { id, kind, makes, parameters } of plan.steps) {
    if (kind !== 'import' || makes.type !== 'model' || makes.model !== 'ingredient') continue;
    const told = summary.safeParse(results.get(id)?.result.summary).data;
    const unknown =
      parameters.trained_on === 'unknown'
        ? ['what it learned from is not declared (trained_on), so nothing guards against scoring it on that']
        : [];
    for (const note of [...unknown, ...(told?.assumed ?? [])])
      notes.set(note, [...(notes.get(note) ?? []), makes.name]);
  }
  return [...notes].map(([note, models]) => printable(`${listed(models)}: ${note}.`));
}

function listed(models: readonly string[]): string {
  const [first = '', second = '', ...others] = models;
  if (second === '') return first;
  return others.length === 0
    ? `Each of ${first} and ${second}`
    : `Each of ${first}, ${second} and ${others.length} more`;
}
