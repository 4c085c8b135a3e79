/** @file What lies between models: GraphQL types of three documents. Points and matrices are columns. */
import type { BarrierDocument, BarriersDocument, TernaryDocument } from '@stockpot/domain';
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('BarrierHeight', { description: 'One barrier, of the loss (nats) or of the error (fraction of 1).' })
export class BarrierHeight {
  @Field(() => Float, { description: 'Largest excess over the straight line between the ends, at least 0.' })
  readonly height: number;

  @Field(() => Float, { description: 'Share of the second model where it is, 0 to 1.' })
  readonly at: number;

  @Field(() => Float, {
    description: 'Largest excess strictly between the ends; below 0 where every mixture beats the line.',
  })
  readonly interior: number;

  @Field(() => Boolean, { description: 'Whether no mixture of the grid is worse than the line.' })
  readonly connected: boolean;
}

@ObjectType('BarrierCurve', {
  description: 'Loss and error along the straight line between two models, as columns of one length.',
})
export class BarrierCurve {
  @Field(() => [Float], { description: 'Shares of the second model, from 0 to 1.' })
  readonly lambda: readonly number[];

  @Field(() => [Float], { description: 'Mean negative log-likelihood at each point, nats.' })
  readonly losses: readonly number[];

  @Field(() => [Float], { description: 'Fraction wrong at each point.' })
  readonly errors: readonly number[];

  @Field(() => [Float], { description: 'Loss less the line between the ends, nats.' })
  readonly lossExcess: readonly number[];

  @Field(() => [Float], { description: 'Fraction wrong less the line between the ends.' })
  readonly errorExcess: readonly number[];

  @Field(() => BarrierHeight, { description: 'The barrier of the loss, nats.' })
  readonly lossBarrier: BarrierHeight;

  @Field(() => BarrierHeight, { description: 'The barrier of the error, a fraction of 1.' })
  readonly errorBarrier: BarrierHeight;
}

export function barrierCurve({ points, loss, error }: BarrierDocument): BarrierCurve {
  return {
    lambda: points.map((point) => point.lambda),
    losses: points.map((point) => point.loss),
    errors: points.map((point) => point.error),
    lossExcess: points.map((point) => point.lossExcess),
    errorExcess: points.map((point) => point.errorExcess),
    lossBarrier: loss,
    errorBarrier: error,
  };
}

@ObjectType('ClusterMerge', { description: 'Two clusters of models that were joined.' })
export class ClusterMerge {
  @Field(() => [Int], { description: 'Members of the one, as places among the subjects, from 0.' })
  readonly left: readonly number[];

  @Field(() => [Int], { description: 'Members of the other.' })
  readonly right: readonly number[];

  @Field(() => Float, { description: 'Mean loss barrier between the two, nats, at least 0.' })
  readonly height: number;
}

@ObjectType('BarrierMatrix', {
  description: 'Barriers between all models of a pool. Rows and columns are the subjects in their order.',
})
export class BarrierMatrix {
  @Field(() => Int, { description: 'Points of each path, ends included, at least 11.' })
  readonly points: number;

  @Field(() => [[Float]], { description: 'Barriers of the loss, nats; symmetric, 0 on the diagonal.' })
  readonly lossBarriers: readonly (readonly number[])[];

  @Field(() => [[Float]], { description: 'Barriers of the error, fractions of 1; symmetric, 0 on the diagonal.' })
  readonly errorBarriers: readonly (readonly number[])[];

  @Field(() => [Int], { description: 'All places, those of one cluster of loss barriers beside each other.' })
  readonly order: readonly number[];

  @Field(() => [ClusterMerge], { description: 'Average linkage of the loss barriers, lowest first.' })
  readonly merges: readonly ClusterMerge[];

  @Field(() => Float, { description: 'Error barrier up to which models count as being in one basin, fraction of 1.' })
  readonly tolerance: number;

  @Field(() => [Int], { description: 'Number of the basin of each subject, from 0.' })
  readonly basins: readonly number[];
}

export function barrierMatrix(document: BarriersDocument): BarrierMatrix {
  const { points, loss, error, order, merges, tolerance, basins } = document;
  return { points, lossBarriers: loss, errorBarriers: error, order, merges, tolerance, basins };
}

@ObjectType('TernaryGrid', {
  description:
    'Loss and error of the mixtures of three models on a lattice of their triangle, as columns of one length.',
})
export class TernaryGrid {
  @Field(() => Int, { description: 'Parts into which each side is divided, at least 3.' })
  readonly divisions: number;

  @Field(() => [[Float]], {
    description: 'Shares of the three subjects at each point, adding up to 1; the corners first.',
  })
  readonly shares: readonly (readonly number[])[];

  @Field(() => [Float], { description: 'Mean negative log-likelihood at each point, nats.' })
  readonly losses: readonly number[];

  @Field(() => [Float], { description: 'Fraction wrong at each point.' })
  readonly errors: readonly number[];

  @Field(() => [Float], { description: 'Loss less the plane through the corners, nats.' })
  readonly lossExcess: readonly number[];

  @Field(() => [Float], { description: 'Fraction wrong less the plane through the corners.' })
  readonly errorExcess: readonly number[];

  @Field(() => Int, { description: 'Place of the lowest loss among the points, from 0.' })
  readonly lowestLoss: number;

  @Field(() => Int, { description: 'Place of the lowest error; of equals the one of lower loss.' })
  readonly lowestError: number;
}

export function ternaryGrid({ divisions, points, lowestLoss, lowestError }: TernaryDocument): TernaryGrid {
  return {
    ...{ divisions, lowestLoss, lowestError },
    shares: points.map((point) => point.at),
    losses: points.map((point) => point.loss),
    errors: points.map((point) => point.error),
    lossExcess: points.map((point) => point.lossExcess),
    errorExcess: points.map((point) => point.errorExcess),
  };
}
