import { labs } from '@stockpot/domain';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { orNull } from '../found.js';
import { Lab } from './types.js';

@Resolver(() => Lab)
export class LabResolver {
  @Query(() => [Lab], { description: 'The labs the viewer may see.' })
  async labs(@Ctx() { domain }: ApiContext): Promise<readonly Lab[]> {
    return labs.list({ ctx: domain, input: {} });
  }

  @Query(() => Lab, { nullable: true, description: 'One lab.' })
  async lab(
    @Arg('slug', () => String, { description: 'Its slug.' }) slug: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<Lab | null> {
    return orNull(labs.bySlug({ ctx: domain, input: { slug } }));
  }
}
