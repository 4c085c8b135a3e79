import { resolve } from 'node:path';
import { hashCheckpoint, locateCheckpoint } from '@stockpot/engine/checkpoints';
import {
  type CardFacts,
  CookedRun,
  type CookedScore,
  certificateOf,
  checkpointOfRun,
  type ModelStep,
} from '@stockpot/engine/export';
import { cookedRecipes } from '@stockpot/engine/process';
import type { SoupCertificate } from '@stockpot/engine/soups';
import { wilsonInterval } from '@stockpot/engine/statistics';
import { z } from 'zod';
import { UsageError } from '../failure.js';

/** What is exported: a checkpoint's file or folder, perhaps a model that was cooked. */
export interface NamedModel {
  readonly path: string;
  readonly run: CookedRun | null;
  readonly step: ModelStep | null;
}

/** The first word is a checkpoint, or a folder that was cooked in; then the second one names a model of it. */
export async function modelOf(
  first: string,
  name: string | undefined,
  { recipe }: { readonly recipe?: string },
): Promise<NamedModel> {
  const cooked = (await cookedRecipes(first)).length > 0;
  if (!cooked && name === undefined) return { path: first, run: null, step: null };
  if (!cooked) {
    throw new UsageError(
      `${first} is no folder that a recipe was cooked in, so '${name}' names no model.`,
      'Name a checkpoint alone, or the folder that stockpot cook keeps its results in (.stockpot) and a model of it.',
    );
  }
  const run = await CookedRun.open(first, recipe);
  if (name === undefined) {
    const known = run.models.filter(({ makes }) => makes.model !== 'ensemble').map(({ makes }) => makes.name);
    throw new UsageError(
      `${first} holds ${known.length} models of the recipe ${run.record.name}; which one is to be exported was not said.`,
      `Name it: ${known.join(', ')}.`,
    );
  }
  const step = run.model(name);
  return { path: checkpointOfRun(run, step), run, step };
}

const evaluated = z.object({ n: z.number(), top1: z.number() });
const registered = z.object({
  contentHash: z.string(),
  splits: z.array(z.object({ name: z.string(), role: z.string(), n: z.number(), contentHash: z.string() })),
});

/** What is known of a model without running it. */
export async function factsOf(
  { path, run, step }: NamedModel,
  metadata: ReadonlyMap<string, string>,
  told: { readonly name?: string; readonly license?: string },
): Promise<CardFacts> {
  const certificate = await certificateOf(metadata, run, step);
  const file = resolve(path).split('/').at(-1) ?? path;
  const located = await locateCheckpoint(path);
  const { hash, files } = await hashCheckpoint(located);
  const [only, ...shards] = located.weights;
  // Of one file its own hash, as the store and certificates call it; of shards that of all of them.
  const content = (shards.length === 0 ? files.get(only ?? '') : undefined) ?? hash;
  const common = {
    source: metadata.get('stockpot.source') ?? null,
    license: told.license ?? null,
    content,
    certificate,
  };
  if (run === null || step === null) {
    const members = certificate?.facts.ingredients.length;
    const what = members === undefined ? 'a model' : `a soup of ${members} ingredients`;
    return { ...common, name: told.name ?? file, what, origin: `the checkpoint ${file}`, scores: [], data: [] };
  }
  const { makes } = step;
  const named = certificate === null ? null : { ...certificate, facts: withNames(certificate.facts, run) };
  const used = certificate?.facts.ingredients.length;
  const candidates = makes.parents.length;
  const soup =
    used === undefined || used === candidates ? `a soup of ${candidates}` : `a soup of ${used} of ${candidates}`;
  return {
    ...common,
    certificate: named,
    name: told.name ?? makes.name,
    what: makes.model === 'soup' ? `${soup} ingredients` : words[makes.model],
    origin: `the recipe ${run.record.name}, plan ${run.record.plan}`,
    scores: run.record.report.flatMap((benchmark) => scoreOf(run, step, benchmark)),
    data: run.record.steps.flatMap(({ makes: made, summary }) => {
      const parsed = registered.safeParse(summary);
      if (made.type !== 'dataset' || !parsed.success) return [];
      const { contentHash, splits } = parsed.data;
      const parts = splits.map(({ name, role, n }) => `${name} (${role}, ${n.toLocaleString('en-US')})`);
      return [`${made.name}, content ${contentHash}: ${parts.join(', ')}`];
    }),
  };
}

/** The certificate with the names that models have in the recipe, the earliest where two are equal: the store knows their content. */
function withNames(certificate: SoupCertificate, run: CookedRun): SoupCertificate {
  const names = new Map(run.models.toReversed().map(({ outputs, makes }) => [outputs.checkpoint, makes.name]));
  const named = (input: SoupCertificate['ingredients'][number]) => ({
    ...input,
    name: names.get(input.content) ?? input.name,
  });
  const { ingredients, base } = certificate;
  return { ...certificate, ingredients: ingredients.map(named), base: base === null ? null : named(base) };
}

const words = { stock: 'a stock', ingredient: 'an ingredient', ensemble: 'an ensemble' } as const;

function scoreOf(run: CookedRun, step: ModelStep, benchmark: string): CookedScore[] {
  const parsed = evaluated.safeParse(run.evaluation(step, benchmark)?.summary);
  if (!parsed.success) return [];
  const { n, top1 } = parsed.data;
  return [{ benchmark, n, top1, ...wilsonInterval(top1 * n, n) }];
}
