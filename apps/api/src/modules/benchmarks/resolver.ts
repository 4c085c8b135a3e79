import { benchmarks } from '@stockpot/domain';
import { Arg, Ctx, Query, Resolver } from 'type-graphql';
import { ApiContext } from '../../graphql/context.js';
import { Benchmark } from './types.js';

@Resolver(() => Benchmark)
export class BenchmarkResolver {
  @Query(() => [Benchmark], { description: "A lab's benchmarks by name." })
  async benchmarks(
    @Arg('lab', () => String, { description: 'Slug of the lab.' }) lab: string,
    @Ctx() { domain }: ApiContext,
  ): Promise<readonly Benchmark[]> {
    return benchmarks.list({ ctx: domain, input: { lab } });
  }
}
