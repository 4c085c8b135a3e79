import { analyses, type Produced } from '@stockpot/domain';
import type { StepOutput } from '@stockpot/engine/artifacts';
import type { Makes } from '@stockpot/engine/recipe';
import { z } from 'zod';

const mixture = z.object({
  mixing: z.string().default('linear'),
  coefficients: z.array(z.object({ index: z.number().int().min(0), coefficient: z.number() })),
  base: z.number().optional(),
});

/** What a step gave, now or earlier: a result that was found under its key is read back from JSON. */
export interface MadeResult {
  readonly outputs: Readonly<Record<string, StepOutput>>;
  readonly summary: Record<string, unknown>;
}

/** Reads an artifact's bytes, verified against its hash. */
export type ReadArtifact = (hash: string) => Promise<Uint8Array>;

/**
 * What the lab's records take from a step's result: the plan says what kind of row it becomes, the summary says the rest.
 * The summary was checked by the engine's schema and is JSON of unknown shape here: the verb that stores it checks it.
 */
export async function toProduced(makes: Makes, result: MadeResult, read: ReadArtifact): Promise<Produced> {
  const { summary } = result;
  switch (makes.type) {
    case 'head':
    case 'features':
      return { type: 'none', summary };
    case 'costs':
      return { type: 'costs', summary } as Produced;
    case 'dataset':
      return { type: 'dataset', summary } as Produced;
    case 'benchmark':
      return { type: 'benchmark', summary } as Produced;
    case 'model':
      return { type: 'model', model: makes.model, name: makes.name, parents: parentsOf(makes, result), summary };
    case 'evaluation': {
      const place = { modelStepId: makes.model, benchmarkStepId: makes.benchmark };
      return { type: 'evaluation', ...place, summary, correct: await readCorrect(result, read) } as Produced;
    }
    case 'analysis':
      return { type: 'analysis', summary, document: await readDocument(result, read) };
  }
}

async function readCorrect({ outputs: { correct } }: MadeResult, read: ReadArtifact): Promise<Uint8Array<ArrayBuffer>> {
  if (correct === undefined) throw new Error('An evaluation has no output named correct.');
  return new Uint8Array(await read(correct.hash));
}

const json = z.record(z.string(), z.unknown());

/** A document that is too large to be stored is not even read. */
async function readDocument(
  { outputs: { document } }: MadeResult,
  read: ReadArtifact,
): Promise<Record<string, unknown>> {
  if (document === undefined) throw new Error('An analysis has no output named document.');
  analyses.assertStorable(document.bytes);
  return json.parse(JSON.parse(new TextDecoder().decode(await read(document.hash))));
}

/**
 * A mixed model, and an ensemble whose members were chosen, has a coefficient for each parent, 0 where it was turned down; the
 * stock that it starts from is the last of them. One that was trained, or mixed by no linear combination, has none.
 */
function parentsOf(makes: Extract<Makes, { type: 'model' }>, result: MadeResult) {
  const chosen = makes.model === 'soup' || result.summary.method === 'greedy-ensemble';
  const mixed = chosen ? mixture.parse(result.summary) : null;
  if (mixed === null || mixed.mixing === 'nominal') {
    return makes.parents.map((stepId) => ({ stepId, coefficient: null }));
  }
  const byIndex = new Map(mixed.coefficients.map(({ index, coefficient }) => [index, coefficient]));
  const base = mixed.base === undefined ? undefined : makes.parents.length - 1;
  return makes.parents.map((stepId, index) => ({
    stepId,
    coefficient: index === base ? (mixed.base ?? 0) : (byIndex.get(index) ?? 0),
  }));
}
