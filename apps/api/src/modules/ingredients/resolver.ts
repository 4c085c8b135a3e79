import { ingredients } from '@stockpot/domain';
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { ModelConnection } from '../models/types.js';
import { connection } from '../paging/connection.js';
import { Ingredient } from './types.js';

@Resolver(() => Ingredient)
export class IngredientResolver {
  @Query(() => ModelConnection, { description: "A lab's ingredients, newest first." })
  async ingredients(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Arg('first', () => Int, { defaultValue: 50, description: 'Ingredients a page, 1 to 200.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'Cursor of the ingredient before the page.' })
    after: string | null,
    @Ctx() { domain }: ApiContext,
  ): Promise<ModelConnection> {
    return connection(await ingredients.list({ ctx: domain, input: { lab, first, after } }), after);
  }
}
