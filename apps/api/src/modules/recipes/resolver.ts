import { RecipeRefusedError, runs } from '@stockpot/domain';
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Recipe, RecipeRefused, RunSubmitted, SubmitRecipeInput, SubmitRecipeResult } from './types.js';

@Resolver(() => Recipe)
export class RecipeResolver {
  @Mutation(() => SubmitRecipeResult, {
    description: 'Compiles a recipe and queues a run of it. Needs the role MEMBER.',
  })
  async submitRecipe(
    @Arg('input', () => SubmitRecipeInput, { description: 'The recipe.' }) { lab, text, format }: SubmitRecipeInput,
    @Ctx() { domain }: ApiContext,
  ): Promise<RunSubmitted | RecipeRefused> {
    try {
      const run = await runs.submit({ ctx: domain, input: { lab, recipeText: text, format } });
      return Object.assign(new RunSubmitted(), { run });
    } catch (error) {
      if (!(error instanceof RecipeRefusedError)) throw error;
      return Object.assign(new RecipeRefused(), { message: error.message, issues: error.issues });
    }
  }
}
