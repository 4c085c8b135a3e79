/** @file `repeats` of a recipe: the same recipe cooked again with other seeds, so that methods are compared over seeds. */
import { z } from 'zod';
import { hashJson, type JsonObject, type JsonValue } from '../json.js';
import { keyed } from '../random/index.js';
import { integer, object, oneOf } from './fields.js';
import type { PlanStep, StepInput } from './plan.js';

/** More than anybody has paid for, few enough that a plan stays small. */
export const MAX_REPEATS = 100;

/** What a repeat holds fixed unless it is told otherwise. */
const REDRAWN = ['hyperparameters', 'head', 'stock'] as const;
export type Redrawn = (typeof REDRAWN)[number];

const count = integer(1, MAX_REPEATS);

export const repeats = z
  .union(
    [
      count,
      object('repeats', {
        count: count.describe('How often everything is trained and chosen, the first time included.'),
        redraw: z
          .array(oneOf(REDRAWN), { error: `expected a list of ${REDRAWN.join(', ')}` })
          .min(1, {
            error: `expected at least one of ${REDRAWN.join(', ')}; leave redraw out to hold all of them fixed`,
          })
          .exactOptional()
          .describe(
            'What is drawn anew besides the seeds of trainings and choices: hyperparameters from their ranges, the head, the stock (with its head).',
          ),
      }),
    ],
    {
      error: `expected how often to repeat, a whole number from 1 to ${MAX_REPEATS}, or a mapping such as {count: 3, redraw: [hyperparameters]}`,
    },
  )
  .exactOptional()
  .describe(
    'Trains all ingredients and makes all soups again with other seeds; scores are then given over seeds. Splits, benchmarks, the stock, its head and the drawn hyperparameters stay. Left out, once.',
  );

/** How a recipe is repeated. */
export interface Repeats {
  readonly count: number;
  readonly redraw: ReadonlySet<Redrawn>;
}

export function repeatsOf(asked: z.output<typeof repeats> | undefined): Repeats {
  if (asked === undefined) return { count: 1, redraw: new Set() };
  return typeof asked === 'number'
    ? { count: asked, redraw: new Set() }
    : { count: asked.count, redraw: new Set(asked.redraw) };
}

/**
 * What a seed becomes in a repeat: itself in the first, so that a recipe that is repeated later trains nothing anew; else an
 * unsigned 32-bit integer that depends on both alone.
 */
export function repeatedSeed(seed: number, repeat: number): number {
  return repeat === 1 ? seed : keyed(seed, 'repeat', repeat).uint32();
}

/**
 * Names that authors choose have no `@`: what is made in repeat 2 is called `greedy@2`, in the first `greedy`. A step is told by
 * the model that it is about: 'soups/greedy@2', 'evaluations/greedy@2/test'.
 */
export function nameInRepeat(name: string, repeat: number): string {
  if (repeat === 1) return name;
  const [kind = '', about, ...rest] = name.split('/');
  return about === undefined ? `${kind}@${repeat}` : [kind, `${about}@${repeat}`, ...rest].join('/');
}

/** The repeat that a model, or a step of a plan, is of, and what it is called in the first. */
export function repeatOf(name: string): { readonly name: string; readonly repeat: number } {
  const found = /@([1-9][0-9]*)(?=\/|$)/.exec(name);
  return found === null ? { name, repeat: 1 } : { name: name.replace(found[0], ''), repeat: Number(found[1]) };
}

/** The steps with the seeds of a repeat: of every training of an ingredient and every choice, and of what is redrawn. */
export function withSeedsOf(steps: readonly PlanStep[], repeat: number, redraw: ReadonlySet<Redrawn>): PlanStep[] {
  return steps.map((step) => {
    const seed = varyingSeed(step, redraw);
    return seed === undefined
      ? step
      : { ...step, parameters: { ...step.parameters, seed: repeatedSeed(seed, repeat) } };
  });
}

/** The seed that repeats vary of a step; undefined where there is none. */
function varyingSeed({ makes, parameters }: PlanStep, redraw: ReadonlySet<Redrawn>): number | undefined {
  const varies =
    makes.type === 'model'
      ? makes.model !== 'stock' || redraw.has('stock')
      : makes.type === 'head' && (redraw.has('head') || redraw.has('stock'));
  return varies && typeof parameters.seed === 'number' ? parameters.seed : undefined;
}

/**
 * What a repeat adds to the steps of the first: those that differ from it, or are made from what does, under names of the
 * repeat. Whatever no seed reaches is one step for all.
 */
export function addedBy(repeated: readonly PlanStep[], first: readonly PlanStep[], repeat: number): PlanStep[] {
  const before = new Map(first.map((step) => [step.id, step]));
  const own = new Set<string>();
  for (const step of repeated) {
    const inputs = Object.values(step.inputs).flat();
    const same = JSON.stringify(step.parameters) === JSON.stringify(before.get(step.id)?.parameters);
    if (!same || inputs.some((input) => own.has(input.step))) own.add(step.id);
  }
  const renamed = (id: string) => (own.has(id) ? nameInRepeat(id, repeat) : id);
  return repeated
    .filter(({ id }) => own.has(id))
    .map((step) => ({
      ...step,
      id: renamed(step.id),
      title: `${step.title}, repeat ${repeat}`,
      inputs: mapInputs(step.inputs, (input) => ({ ...input, step: renamed(input.step) })),
      makes: renamedMakes(step.makes, renamed, (name) => nameInRepeat(name, repeat)),
    }));
}

function renamedMakes(
  makes: PlanStep['makes'],
  step: (id: string) => string,
  own: (name: string) => string,
): PlanStep['makes'] {
  switch (makes.type) {
    case 'dataset':
    case 'benchmark':
      return { ...makes, name: own(makes.name) };
    case 'model':
      return { ...makes, name: own(makes.name), parents: makes.parents.map(step) };
    case 'evaluation':
      return { ...makes, model: step(makes.model), benchmark: step(makes.benchmark) };
    case 'analysis': {
      const { name, models, benchmark } = makes;
      return {
        ...makes,
        name: own(name),
        models: models.map(step),
        benchmark: benchmark === null ? null : step(benchmark),
      };
    }
    case 'costs':
      return { ...makes, models: makes.models.map(step) };
    case 'head':
    case 'features':
      return makes;
  }
}

/**
 * What each step is but for the seeds that repeats vary: SHA-256 over kind, parameters without that seed, and the same of every
 * input. No name that an author gives a model, and no repeat, is part of it. Steps that no such seed reaches have none.
 *
 * @param steps a plan's, each after its inputs
 * @param spaces step → what its hyperparameters are drawn from, where these are drawn anew
 * @param determining what of a step's parameters determines its result
 */
export function definitionsOf(
  steps: readonly PlanStep[],
  redraw: ReadonlySet<Redrawn>,
  spaces: ReadonlyMap<string, JsonValue>,
  determining: (parameters: JsonObject) => JsonObject,
): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  const varying = new Map<string, string>();
  for (const step of steps) {
    const { seed: _, ...seedless } = step.parameters;
    const seeded = varyingSeed(step, redraw) !== undefined;
    const inputs = mapInputs(step.inputs, ({ step: id, output }) => [all.get(id) ?? '', output]);
    const space = spaces.get(step.id);
    const definition = hashJson({
      ...{ kind: step.kind, parameters: determining(seeded ? seedless : step.parameters), inputs },
      ...(space === undefined ? {} : { space }),
    });
    all.set(step.id, definition);
    const reached = Object.values(step.inputs).some((list) => list.some((input) => varying.has(input.step)));
    if (seeded || reached) varying.set(step.id, definition);
  }
  return varying;
}

function mapInputs<Mapped>(
  inputs: PlanStep['inputs'],
  map: (input: StepInput) => Mapped,
): Readonly<Record<string, readonly Mapped[]>> {
  return Object.fromEntries(Object.entries(inputs).map(([role, list]) => [role, list.map(map)]));
}
