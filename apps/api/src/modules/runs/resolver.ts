import { type Run as RunRecord, runs, StockpotError } from '@stockpot/domain';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { authorised } from '../../events/authorised.js';
import type { Change } from '../../events/change-stream.js';
import type { Following } from '../../events/following.js';
import { ApiContext } from '../../graphql/context.js';
import { orNull, promised } from '../found.js';
import { Lab } from '../labs/types.js';
import { connection } from '../paging/connection.js';
import { Recipe } from '../recipes/types.js';
import { Step } from '../steps/types.js';
import {
  CancelRefused,
  CancelRunInput,
  CancelRunResult,
  Run,
  RunCancelRequested,
  RunConnection,
  StepCounts,
} from './types.js';

@Resolver(() => Run)
export class RunResolver {
  @Query(() => RunConnection, { description: "A lab's runs, newest first." })
  async runs(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('first', () => Int, { defaultValue: 20, description: 'Runs a page, 1 to 200.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the run before the page.' })
    after: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<RunConnection> {
    return connection(await runs.list({ ctx: domain, input: { lab, first, after } }), after);
  }

  @Query(() => Run, { nullable: true, description: 'A run by its id.' })
  async run(
    @Arg('id', () => ID, { description: 'Typed id, run_…' }) id: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Run | null> {
    return orNull(runs.get({ ctx: domain, input: { run: id } }));
  }

  @Mutation(() => CancelRunResult, { description: 'Stops a run. Needs the role MEMBER.' })
  async cancelRun(
    @Arg('input', () => CancelRunInput, { description: 'The run.' }) input: CancelRunInput,
    @Ctx() { domain }: ApiContext,
  ): Promise<RunCancelRequested | CancelRefused> {
    try {
      const run = await runs.cancel({ ctx: domain, input });
      return Object.assign(new RunCancelRequested(), { run });
    } catch (error) {
      if (!(error instanceof StockpotError) || error.code !== 'CONFLICT') throw error;
      return Object.assign(new CancelRefused(), { message: error.message, advice: error.advice });
    }
  }

  @Subscription(() => Run, {
    description: 'The run, now and each time it or one of its steps changes.',
    subscribe: followRun,
  })
  async runUpdated(
    @Root() event: Change<string>,
    @Arg('run', () => ID, { description: 'Id of the run, run_…' }) run: string,
    @Ctx() context: ApiContext,
  ): Promise<Run> {
    return authorised(event, context, ({ domain }) => runs.get({ ctx: domain, input: { run } }));
  }

  @FieldResolver(() => Lab, { description: 'The lab that owns it.' })
  async lab(@Root() { labId }: RunRecord, @Ctx() { loaders }: ApiContext): Promise<Lab> {
    return loaders.lab.load(labId);
  }

  @FieldResolver(() => Recipe, { description: 'The recipe.' })
  async recipe(@Root() { labId, recipeId: id }: RunRecord, @Ctx() { loaders }: ApiContext): Promise<Recipe> {
    return promised('recipe', id, await loaders.recipe.load({ labId, id }));
  }

  @FieldResolver(() => [Step], {
    description: 'Its steps in the order of the plan: a step comes after the steps it depends on. At most 10,000.',
  })
  async steps(@Root() { labId, id }: RunRecord, @Ctx() { loaders, budget }: ApiContext): Promise<readonly Step[]> {
    return budget.spend(await loaders.stepsOfRun.load({ labId, id }));
  }

  @FieldResolver(() => StepCounts, { description: 'How many of its steps stand where.' })
  stepCounts(@Root() { counts }: RunRecord): StepCounts {
    return counts;
  }
}

/** The first event comes at once, so that a client that subscribes needs no query before. */
async function followRun({ args, context }: Following): Promise<AsyncIterable<Change<string>>> {
  const { id } = await runs.get({ ctx: context.domain, input: { run: String(args.run) } });
  const stream = context.services.events.follow('stockpot_runs', ({ runId }) => (runId === id ? runId : null));
  stream.push();
  return stream;
}
