import { labs, setup } from '@stockpot/domain';
import { Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Membership } from '../labs/types.js';
import { Viewer } from './types.js';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { nullable: true, description: 'Who asks; null when nobody is signed in.' })
  viewer(@Ctx() { identity }: ApiContext): Viewer | null {
    return identity.user;
  }

  @Query(() => Boolean, { description: 'True until the first administrator is set up through POST /setup.' })
  async setupNeeded(@Ctx() { domain }: ApiContext): Promise<boolean> {
    return (await setup.status({ ctx: domain, input: {} })).needed;
  }

  @FieldResolver(() => [Membership], { description: 'The labs the viewer belongs to.' })
  async memberships(@Ctx() { domain }: ApiContext): Promise<readonly Membership[]> {
    return labs.memberships({ ctx: domain, input: {} });
  }
}
