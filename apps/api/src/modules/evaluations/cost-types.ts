import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';

@ObjectType('CostMachine', { description: 'Where times were taken.' })
export class CostMachine {
  @Field(() => String, { description: "The processor's name." })
  readonly processor: string;

  @Field(() => Int, { description: 'Processors that the machine has.' })
  readonly processors: number;

  @Field(() => String, { description: 'What the networks ran on: `cpu`, `webgpu` or `cuda`.' })
  readonly device: string;

  @Field(() => Int, { description: 'Threads that they ran with.' })
  readonly threads: number;
}

@ObjectType('AnswerTime', { description: 'How long so many examples take together, to answer and no more.' })
export class AnswerTime {
  @Field(() => Int, { description: 'Examples that are answered together.' })
  readonly batch: number;

  @Field(() => Float, {
    description: "Milliseconds for all of them: the median over the runs; for an ensemble the sum of its members'.",
  })
  readonly medianMs: number;

  @Field(() => Float, { nullable: true, description: 'Lower quartile over the runs; null for an ensemble.' })
  readonly lowMs: number | null;

  @Field(() => Float, { nullable: true, description: 'Upper quartile over the runs; null for an ensemble.' })
  readonly highMs: number | null;

  @Field(() => Int, { description: 'Timed runs, after two that warmed up; of an ensemble the fewest of a member.' })
  readonly runs: number;

  @Field(() => GraphQLSafeInt, {
    nullable: true,
    description:
      'Most memory in bytes that a process had above what it had before it loaded the network. Null for an ensemble, and where the system does not tell.',
  })
  readonly memoryBytes: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Whether others left the processors alone meanwhile: they kept at most a fifth of one busy. Null where the system does not tell.',
  })
  readonly alone: boolean | null;
}

@ObjectType('MeasuredCost', {
  description: 'Work and time of an answer, measured while nothing else of the run computed.',
})
export class MeasuredCost {
  @Field(() => CostMachine, { description: 'Where it was measured.' })
  readonly machine: CostMachine;

  @Field(() => [Int], {
    description: 'What one example is: an image [channels, height, width], or [tokens] of a text.',
  })
  readonly example: readonly number[];

  @Field(() => GraphQLSafeInt, { description: 'Numbers in the weights, the head among them.' })
  readonly parameters: number;

  @Field(() => GraphQLSafeInt, {
    description: 'Multiplications, each with its addition, of matrix products and convolutions for one example.',
  })
  readonly multiplyAdds: number;

  @Field(() => [AnswerTime], { description: 'From the smallest batch on.' })
  readonly times: readonly AnswerTime[];
}

@ObjectType('EvaluationCost', { description: 'What an answer of the model costs.' })
export class EvaluationCost {
  @Field(() => Int, { description: 'Networks that one example passes through: 1, or the members of an ensemble.' })
  readonly passes: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "Milliseconds for one example of the smallest batch that was timed (`measured`); for an ensemble the sum of its members'. Null when it was not measured.",
  })
  readonly latencyMs: number | null;

  @Field(() => GraphQLSafeInt, { description: 'Bytes of the checkpoints that must be at hand.' })
  readonly weightBytes: number;

  @Field(() => MeasuredCost, {
    nullable: true,
    description:
      'What was measured (`cost` of the recipe); null when nothing was, or not of every member on one machine.',
  })
  readonly measured: MeasuredCost | null;
}
