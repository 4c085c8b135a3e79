import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../artifacts/file-store.js';
import { makeFolder } from '../artifacts/make-folder.js';
import { type ErrorReport, StockpotEngineError } from '../errors.js';
import { ANALYSES } from '../recipe/analysis-kinds/index.js';
import type { Plan } from '../recipe/plan.js';
import { STEP_KINDS } from '../recipe/plan.js';
import type { CookedStep } from './cook.js';

/** A folder that holds no cooked recipe, or more than one where one is meant. */
export class RunRecordError extends StockpotEngineError {}

const names = z.array(z.string());
const input = z.strictObject({ step: z.string(), output: z.string() });

/** What a step became, in the words of a plan. Read loosely: an analysis of one version reads runs of earlier ones. */
const makes = z.discriminatedUnion('type', [
  z.object({ type: z.literal('dataset'), name: z.string() }),
  z.object({ type: z.literal('benchmark'), name: z.string(), split: z.string() }),
  z.object({ type: z.literal('head') }),
  z.object({ type: z.literal('features') }),
  z.object({ type: z.literal('costs'), models: names }),
  z.object({
    type: z.literal('model'),
    model: z.enum(['stock', 'ingredient', 'soup', 'ensemble']),
    name: z.string(),
    parents: names,
  }),
  z.object({
    type: z.literal('evaluation'),
    model: z.string(),
    benchmark: z.string(),
    transduction: z.enum(['joint', 'disjoint']).exactOptional(),
  }),
  z.object({
    type: z.literal('analysis'),
    name: z.string(),
    analysis: z.enum(ANALYSES),
    models: names,
    benchmark: z.string().nullable(),
  }),
]);

/** A cooked recipe: its plan and the result of every finished step, by the names in the store beside it. */
const runRecord = z.object({
  format: z.literal('stockpot-run'),
  version: z.literal(1),
  name: z.string(),
  /** SHA-256 of the plan. */
  plan: z.string(),
  /** Folder that `path` sources of the recipe are relative to. */
  base: z.string(),
  /** Benchmarks that rank models, and those that models were chosen on. */
  report: names,
  selection: names,
  /** What a cook that failed, or was stopped, has not come to, in the plan's order; absent where every step is there. */
  unfinished: z
    .array(
      z.object({ id: z.string(), title: z.string(), makes, /** What failed in it. */ error: z.string().nullable() }),
    )
    .min(1)
    .exactOptional(),
  /** In the plan's order. */
  steps: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(STEP_KINDS),
      title: z.string(),
      key: z.string(),
      parameters: z.record(z.string(), z.json()),
      inputs: z.record(z.string(), z.array(input)),
      makes,
      /** Output → SHA-256 of its bytes. */
      outputs: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
      summary: z.record(z.string(), z.json()),
    }),
  ),
});
export type RunRecord = z.infer<typeof runRecord>;
export type RunStep = RunRecord['steps'][number];

/** Where the records of a home lie, one file a recipe: the last cook of it. */
const FOLDER = 'runs';

/**
 * Remembers a cook, so that its models and evaluations can be found by name afterwards. Of one that is not finished the steps
 * that are, and those of an earlier cook of the same plan that they do not contradict.
 *
 * @param failures what steps that failed said, by their ids
 */
export async function writeRunRecord(
  root: string,
  plan: Plan,
  base: string,
  results: ReadonlyMap<string, CookedStep>,
  failures: ReadonlyMap<string, ErrorReport> = new Map(),
): Promise<string> {
  const folder = join(root, FOLDER);
  const file = join(folder, `${plan.name}.json`);
  const whole = plan.steps.every(({ id }) => results.has(id));
  const before = whole ? undefined : await readFile(file, 'utf8').catch(() => undefined);
  const earlier = before === undefined ? undefined : runRecord.safeParse(parseJson(before)).data;
  const steps = withEarlier(plan, results, failures, earlier?.plan === plan.hash ? earlier.steps : []);
  const there = new Set(steps.map(({ id }) => id));
  const unfinished = plan.steps
    .filter(({ id }) => !there.has(id))
    .map(({ id, title, makes }) => ({ id, title, makes, error: failures.get(id)?.message ?? null }));
  const record = runRecord.parse({
    format: 'stockpot-run',
    version: 1,
    name: plan.name,
    plan: plan.hash,
    base,
    report: plan.report,
    selection: plan.selection,
    ...(unfinished.length === 0 ? {} : { unfinished }),
    steps,
  });
  await makeFolder(folder);
  await writeFileAtomically(file, `${JSON.stringify(record, null, 1)}\n`);
  return file;
}

/** The steps that are finished, those of an earlier cook among them that were given what the steps before them give now. */
function withEarlier(
  plan: Plan,
  results: ReadonlyMap<string, CookedStep>,
  failures: ReadonlyMap<string, ErrorReport>,
  earlier: readonly RunStep[],
): Pick<RunStep, 'id' | 'outputs'>[] {
  const found = new Map<string, Pick<RunStep, 'id' | 'outputs'>>();
  const known = new Map(earlier.map((step) => [step.id, step]));
  for (const { id, ...step } of plan.steps) {
    const cooked = results.get(id);
    const old = known.get(id);
    if (cooked !== undefined) {
      const outputs = Object.entries(cooked.result.outputs).map(([output, { hash }]) => [output, hash]);
      const { key, result } = cooked;
      found.set(
        id,
        Object.assign({ id, outputs: Object.fromEntries(outputs) }, step, { key, summary: result.summary }),
      );
    } else if (old !== undefined && !failures.has(id)) {
      const inputs = Object.values(step.inputs).flat();
      const fits = inputs.every(({ step: from, output }) => {
        const now = found.get(from)?.outputs[output];
        return now !== undefined && now === known.get(from)?.outputs[output];
      });
      if (fits) found.set(id, old);
    }
  }
  return [...found.values()];
}

/** The names of the recipes that were cooked in a folder; empty for any other folder, and for a file. */
export async function cookedRecipes(root: string): Promise<readonly string[]> {
  const files = await readdir(join(root, FOLDER)).catch(() => []);
  return files.filter((file) => file.endsWith('.json')).map((file) => file.slice(0, -'.json'.length));
}

/**
 * Reads what `stockpot cook` left.
 *
 * @param root the home that it cooked in: `.stockpot`
 * @param name of the recipe; left out, the only one
 * @throws RunRecordError
 */
export async function readRunRecord(root: string, name?: string): Promise<RunRecord> {
  const known = (await cookedRecipes(root)).toSorted();
  const [only, ...others] = known;
  if (only === undefined) {
    const there = await stat(root).catch(() => undefined);
    throw new RunRecordError(
      there === undefined ? `There is no folder ${root}.` : `${root} holds no cooked recipe.`,
      'Name the folder that stockpot cook keeps its results in (.stockpot, or what --home said), and cook the recipe again if it was cooked by an earlier version.',
    );
  }
  if (name === undefined ? others.length > 0 : !known.includes(name)) {
    throw new RunRecordError(
      name === undefined
        ? `${known.length} recipes were cooked in ${root}: ${known.join(', ')}.`
        : `No recipe '${name}' was cooked in ${root}; there are ${known.join(', ')}.`,
      'Say which with --recipe NAME.',
    );
  }
  const file = join(root, FOLDER, `${name ?? only}.json`);
  const parsed = runRecord.safeParse(parseJson(await readFile(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new RunRecordError(
    `${file}: not the record of a cooked recipe of this version: ${issue?.path.join('.') || 'the document'}: ${issue?.message}.`,
    'Cook the recipe again: finished steps are reused, and the record is written anew.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
