/** @file Models as they are: how differently they err, where they lie. GraphQL types of two documents. */
import type { DiversityDocument, WeightsDocument } from '@stockpot/domain';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DiversityMeans } from '../../analyses/types.js';

@ObjectType('PredictedGain', { description: 'What diversity lets one hope of a soup. No forecast of an accuracy.' })
export class PredictedGain {
  @Field(() => Float, {
    description: 'Loss of the mean member less loss of their logit ensemble, nats, at least 0.',
  })
  readonly logLikelihood: number;

  @Field(() => Float, {
    nullable: true,
    description: 'How far apart the ways from the stock lie, 0 to 1; null without a stock.',
  })
  readonly spread: number | null;
}

@ObjectType('PoolDiversityPairs', { description: 'Pairs of subjects, as columns of one length.' })
export class PoolDiversityPairs {
  @Field(() => [Int], { description: 'Place of the first among the subjects, from 0.' })
  readonly first: readonly number[];

  @Field(() => [Int], { description: 'Place of the second.' })
  readonly second: readonly number[];

  @Field(() => [Float], { description: 'Fraction of answers that exactly one of the two gets right.' })
  readonly disagreement: readonly number[];

  @Field(() => [Float], { nullable: 'items', description: 'Correlation of the two errors (φ), −1 to 1.' })
  readonly errorCorrelation: readonly (number | null)[];

  @Field(() => [Float], { description: 'Fraction of answers that both get wrong.' })
  readonly doubleFault: readonly number[];

  @Field(() => [Float], { nullable: 'items', description: 'Agreement of being right beyond chance, at most 1.' })
  readonly kappa: readonly (number | null)[];

  @Field(() => [Float], { description: 'Fraction of answers that differ, right or wrong.' })
  readonly churn: readonly number[];

  @Field(() => [Float], { nullable: 'items', description: 'Linear CKA of the features, at most 1; null without them.' })
  readonly cka: readonly (number | null)[];

  @Field(() => [Float], { nullable: 'items', description: 'Angle at the stock, radians; null without a stock.' })
  readonly angle: readonly (number | null)[];

  @Field(() => [Float], { description: 'Predicted gain of the soup of the two, nats.' })
  readonly gain: readonly number[];
}

@ObjectType('PoolDiversity', { description: 'How differently models err, see and lie.' })
export class PoolDiversity {
  @Field(() => [Float], { description: 'Fraction right of each subject.' })
  readonly accuracies: readonly number[];

  @Field(() => [Float], { description: 'Mean negative log-likelihood of each subject, nats.' })
  readonly losses: readonly number[];

  @Field(() => PoolDiversityPairs, { description: 'Every pair of subjects.' })
  readonly pairs: PoolDiversityPairs;

  @Field(() => DiversityMeans, { description: 'Means over the pairs.' })
  readonly mean: DiversityMeans;

  @Field(() => PredictedGain, { description: 'Of the uniform soup of all.' })
  readonly predictedGain: PredictedGain;

  @Field(() => Int, { description: 'Examples behind CKA; 0 where features were not taken.' })
  readonly featureExamples: number;
}

export function poolDiversity(document: DiversityDocument): PoolDiversity {
  const { accuracy, loss, pairs, mean, gain, features } = document;
  return {
    ...{ accuracies: accuracy, losses: loss, mean, predictedGain: gain, featureExamples: features },
    pairs: {
      first: pairs.map((pair) => pair.first),
      second: pairs.map((pair) => pair.second),
      disagreement: pairs.map((pair) => pair.disagreement),
      errorCorrelation: pairs.map((pair) => pair.errorCorrelation),
      doubleFault: pairs.map((pair) => pair.doubleFault),
      kappa: pairs.map((pair) => pair.kappa),
      churn: pairs.map((pair) => pair.churn),
      cka: pairs.map((pair) => pair.cka),
      angle: pairs.map((pair) => pair.angle),
      gain: pairs.map((pair) => pair.gain.logLikelihood),
    },
  };
}

@ObjectType('WayFromStock', { description: 'Where the subjects lie as seen from the stock, by some of their weights.' })
export class WayFromStock {
  @Field(() => [Float], { description: 'L2 distance of each subject to the stock.' })
  readonly distances: readonly number[];

  @Field(() => [Float], {
    nullable: 'items',
    description: 'The same over the length of the stock; null where the stock is zero.',
  })
  readonly relativeDistances: readonly (number | null)[];

  @Field(() => [Float], { nullable: 'items', description: 'Cosine to the stock, −1 to 1; null where one is zero.' })
  readonly cosines: readonly (number | null)[];

  @Field(() => [[Float]], {
    nullable: 'items',
    description: 'Angle at the stock between the ways of two subjects, radians; null where one did not move.',
  })
  readonly angles: readonly (readonly (number | null)[])[];
}

@ObjectType('WeightGeometry', { description: 'Where the subjects lie, by some of their weights.' })
export class WeightGeometry {
  @Field(() => String, { description: 'Name of the layer; all for all weights.' })
  readonly layer: string;

  @Field(() => Int, { description: 'Weights behind the numbers.' })
  readonly elements: number;

  @Field(() => [Float], { description: 'L2 length of each subject.' })
  readonly norms: readonly number[];

  @Field(() => [[Float]], { description: 'L2 distance between each two subjects.' })
  readonly distancesBetween: readonly (readonly number[])[];

  @Field(() => WayFromStock, { nullable: true, description: 'Null where there is no stock, or it has none of these.' })
  readonly fromStock: WayFromStock | null;
}

@ObjectType('WeightSpace', { description: 'Where models lie in weight space, in all and by layer.' })
export class WeightSpace {
  @Field(() => String, { nullable: true, description: 'Name of the stock; null where none was given.' })
  readonly stockName: string | null;

  @Field(() => WeightGeometry, { description: 'Of all weights.' })
  readonly whole: WeightGeometry;

  @Field(() => [WeightGeometry], { description: 'By layer, in the order of the network.' })
  readonly layers: readonly WeightGeometry[];

  @Field(() => [String], { description: 'Tensors that the stock has not: they count between subjects only.' })
  readonly missingInStock: readonly string[];
}

export function weightSpace({ stock, all, layers, missingInStock }: WeightsDocument): WeightSpace {
  return {
    stockName: stock,
    whole: geometryOf('all', all),
    layers: layers.map((layer) => geometryOf(layer.name, layer)),
    missingInStock,
  };
}

function geometryOf(layer: string, { elements, norm, distance, fromStock }: WeightsDocument['all']): WeightGeometry {
  return {
    ...{ layer, elements, norms: norm, distancesBetween: distance },
    fromStock:
      fromStock === null
        ? null
        : {
            distances: fromStock.distance,
            relativeDistances: fromStock.relativeDistance,
            cosines: fromStock.cosine,
            angles: fromStock.angle,
          },
  };
}
