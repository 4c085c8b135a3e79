import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';

/** Which test a p-value is of. */
export const PairedTest = { MCNEMAR: 'mcnemar', PAIRED_T: 'paired-t' } as const;
export type PairedTest = (typeof PairedTest)[keyof typeof PairedTest];
registerEnumType(PairedTest, {
  name: 'PairedTest',
  description: 'Which test of paired answers a p-value and an interval are of.',
  valuesConfig: {
    MCNEMAR: { description: "McNemar's exact test, and Newcombe's paired interval (method 10)." },
    PAIRED_T: {
      description:
        "Student's test and interval of one difference an image, where each image was scored in several corrupted versions.",
    },
  },
});

@ObjectType('Comparison', {
  description:
    'Two models on the same examples of one benchmark. The counts are over all scored examples, n × versions of them.',
})
export class Comparison {
  @Field(() => Int, { description: 'Number of independent images, before corruption.' })
  readonly n: number;

  @Field(() => Int, { description: 'How often each image was scored: 1, or the cells of the corruption grid.' })
  readonly versions: number;

  @Field(() => Float, { description: 'Fraction right of the first model.' })
  readonly firstTop1: number;

  @Field(() => Float, { description: 'Fraction right of the second model.' })
  readonly secondTop1: number;

  @Field(() => Float, { description: 'Fraction right of the first less that of the second.' })
  readonly difference: number;

  @Field(() => Float, { description: 'Lower end of the 95 % interval of the difference.' })
  readonly low: number;

  @Field(() => Float, { description: 'Upper end of the 95 % interval of the difference.' })
  readonly high: number;

  @Field(() => Float, { description: 'Two-sided p-value of equal accuracies, 0 to 1.' })
  readonly p: number;

  @Field(() => Float, {
    description: 'The p-value adjusted by Holm for the comparisons of this field, which are read together.',
  })
  readonly adjustedP: number;

  @Field(() => PairedTest, { description: 'Which test it is.' })
  readonly test: PairedTest;

  @Field(() => Int, { description: 'Examples that both get right.' })
  readonly both: number;

  @Field(() => Int, { description: 'Examples that only the first gets right.' })
  readonly onlyFirst: number;

  @Field(() => Int, { description: 'Examples that only the second gets right.' })
  readonly onlySecond: number;

  @Field(() => Int, { description: 'Examples that neither gets right.' })
  readonly neither: number;

  @Field(() => Float, { description: 'Fraction of examples that exactly one of them gets right.' })
  readonly disagreement: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Correlation of the two errors, −1 to 1; null when one is always right or always wrong.',
  })
  readonly errorCorrelation: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Agreement of being right beyond chance (kappa), at most 1; null when chance leaves no room.',
  })
  readonly kappa: number | null;

  @Field(() => Boolean, {
    description:
      'True when one of the two was chosen on this split, itself or what it was mixed of, or as the best ingredient of a pool: the difference flatters it and decides nothing.',
  })
  readonly spent: boolean;
}
