import { type Db, memberships, newId, type Role, users, type Visibility } from '@stockpot/db';
import { testDatabase } from '@stockpot/db/testing';
import { type Plan, type PlanStep, stepKey } from '@stockpot/engine/recipe';
import type { Actor, Context } from '../context.js';
import * as labs from '../labs/index.js';
import type { Lab } from '../labs/types.js';
import * as runs from '../runs/index.js';
import * as steps from '../steps/index.js';
import * as workers from '../workers/index.js';
import { exampleRecipe } from './recipe.js';
import { type Facts, fakeResult } from './results.js';

/**
 * @file The seed kit: a world of labs, people, workers and runs, built through the verbs themselves, so that a test tells a
 * story and no test writes rows that the platform could not have written.
 */

export interface World {
  readonly db: Db;
  readonly url: string;
  /** Acts as. */
  as(actor: Actor): Context;
  readonly system: Context;
  readonly anonymous: Context;
  /** A new account. */
  user(name: string): Promise<SeedUser>;
  lab(slug: string, visibility?: Visibility): Promise<SeedLab>;
  worker(executorId: string): Promise<SeedWorker>;
  drop(): Promise<void>;
}

export interface SeedUser {
  readonly id: string;
  readonly ctx: Context;
  /** Acting by an API key with these scopes. */
  token(...scopes: string[]): Context;
}

export interface SeedLab extends Lab {
  /** A new account with a role in the lab. */
  person(role: Role): Promise<SeedUser>;
  submit(recipeText?: string): Promise<SeedRun>;
}

export interface SeedWorker {
  readonly id: string;
  readonly epoch: number;
  readonly ctx: Context;
}

export interface SeedRun {
  readonly id: string;
  readonly lab: Lab;
  /** Takes the run and completes every step with made-up results; the worker gives the plan it was handed. */
  cook(worker: SeedWorker, facts?: Facts): Promise<Plan>;
}

export async function seedWorld(): Promise<World> {
  const { db, url, drop } = await testDatabase();
  const as = (actor: Actor): Context => ({ db, actor, requestId: 'req-test' });
  const system = as({ type: 'system', name: 'test' });

  async function user(name: string): Promise<SeedUser> {
    const id = newId('user');
    await db.drizzle.insert(users).values({ id, name, email: `${name}-${id}@example.org` });
    return {
      id,
      ctx: as({ type: 'user', userId: id }),
      token: (...scopes) => as({ type: 'token', tokenId: `key-${name}`, userId: id, scopes }),
    };
  }

  async function lab(slug: string, visibility: Visibility = 'private'): Promise<SeedLab> {
    const made = await labs.create({ ctx: system, input: { slug, name: slug, visibility } });
    return {
      ...made,
      async person(role) {
        const somebody = await user(`${role}-of-${slug}`);
        await db.drizzle.insert(memberships).values({ labId: made.id, userId: somebody.id, role });
        return somebody;
      },
      async submit(recipeText = exampleRecipe()) {
        const { id } = await runs.submit({ ctx: system, input: { lab: slug, recipeText } });
        return { id, lab: made, cook: (worker, facts) => cook(id, worker, facts) };
      },
    };
  }

  async function worker(executorId: string): Promise<SeedWorker> {
    const input = { executorId, hostname: 'host', device: { kind: 'cpu' }, slots: 2 };
    const { workerId, epoch } = await workers.register({ ctx: system, input });
    return { id: workerId, epoch, ctx: as({ type: 'worker', workerId, epoch }) };
  }

  return { db, url, as, system, anonymous: as({ type: 'anonymous' }), user, lab, worker, drop };
}

async function cook(runId: string, { ctx }: SeedWorker, facts?: Facts): Promise<Plan> {
  const plan = await runs.start({ ctx, input: { runId } });
  if (plan === null) throw new Error(`The run ${runId} is over.`);
  const keys = new StepKeys(plan);
  const known: Facts = { protocol: (benchmark) => keys.hashOf(benchmark, 'protocol'), ...facts };
  for (const step of plan.steps) await completeStep(ctx, runId, plan, step, keys.of(step), known);
  await runs.finish({ ctx, input: { runId } });
  return plan;
}

/** Begins one step and completes it; with a result that was there already when there was one. */
export async function completeStep(
  ctx: Context,
  runId: string,
  plan: Plan,
  step: PlanStep,
  key: string,
  facts?: Facts,
): ReturnType<typeof steps.complete> {
  const place = { runId, stepId: step.id, key };
  const found = await steps.findResult({ ctx, input: { runId, key } });
  await steps.begin({ ctx, input: place });
  return steps.complete({ ctx, input: { ...place, reused: found !== null, ...fakeResult(plan, step, key, facts) } });
}

/** The keys of a plan's steps when every step gives its made-up result. */
export class StepKeys {
  private readonly made = new Map<string, Map<string, string>>();

  constructor(private readonly plan: Plan) {}

  of(step: PlanStep): string {
    const inputs = Object.fromEntries(
      Object.entries(step.inputs).map(([role, list]) => [
        role,
        list.map((input) => {
          const hash = this.made.get(input.step)?.get(input.output);
          // 'images' of a corruption benchmark are not made up: any text stands for them.
          return hash ?? `${input.step} ${input.output}`;
        }),
      ]),
    );
    const key = stepKey({ kind: step.kind, parameters: step.parameters }, inputs, 'cpu');
    const { artifacts } = fakeResult(this.plan, step, key);
    this.made.set(step.id, new Map(artifacts.map(({ output, hash }) => [output, hash])));
    return key;
  }

  /** Of an output of a step whose key was asked for; '' of one that was not. */
  hashOf(step: string, output: string): string {
    return this.made.get(step)?.get(output) ?? '';
  }
}
