import { GraphQLDateTime } from 'graphql-scalars';
import { createUnionType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../node/types.js';
import { PageInfo } from '../paging/types.js';
import { StepError } from '../steps/types.js';

/** Where a run stands. */
export const RunStatus = {
  QUEUED: 'queued',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
} as const;
export type RunStatus = (typeof RunStatus)[keyof typeof RunStatus];
registerEnumType(RunStatus, {
  name: 'RunStatus',
  description: 'Where a run stands.',
  valuesConfig: {
    QUEUED: { description: 'Waits for a worker.' },
    RUNNING: { description: 'A worker executes its steps.' },
    SUCCEEDED: { description: 'Every step has its result.' },
    FAILED: { description: 'A step failed for good; finished steps keep their results.' },
    CANCELLED: { description: 'Somebody cancelled it; finished steps keep their results.' },
  },
});

@ObjectType('StepCounts', { description: 'How many steps of a run stand where.' })
export class StepCounts {
  @Field(() => Int, { description: 'All steps of the plan.' })
  readonly total: number;

  @Field(() => Int, { description: 'Steps that wait.' })
  readonly waiting: number;

  @Field(() => Int, { description: 'Steps that run.' })
  readonly running: number;

  @Field(() => Int, { description: 'Steps that made their artifacts in this run.' })
  readonly succeeded: number;

  @Field(() => Int, { description: 'Steps whose result was there already.' })
  readonly reused: number;

  @Field(() => Int, { description: 'Steps that failed.' })
  readonly failed: number;

  @Field(() => Int, { description: 'Steps that were cancelled.' })
  readonly cancelled: number;
}

@ObjectType('Run', { description: "One execution of a recipe's plan.", implements: Node })
export class Run extends Node {
  @Field(() => String, { description: "The recipe's name." })
  readonly name: string;

  @Field(() => RunStatus, { description: 'Where it stands.' })
  readonly status: RunStatus;

  @Field(() => GraphQLDateTime, { description: 'When it was submitted.' })
  readonly createdAt: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When a worker took it first.' })
  readonly startedAt: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended.' })
  readonly finishedAt: Date | null;

  @Field(() => StepError, { nullable: true, description: 'Why it failed; null unless `status` is FAILED.' })
  readonly error: StepError | null;
}

@ObjectType('RunEdge', { description: 'A run and its place in the list.' })
export class RunEdge {
  @Field(() => Run, { description: 'The run.' })
  readonly node: Run;

  @Field(() => String, { description: 'Pass it as `after` to get what follows.' })
  readonly cursor: string;
}

@ObjectType('RunConnection', { description: 'A page of runs, newest first.' })
export class RunConnection {
  @Field(() => [RunEdge], { description: 'The runs of this page.' })
  readonly edges: readonly RunEdge[];

  @Field(() => PageInfo, { description: 'Where this page lies.' })
  readonly pageInfo: PageInfo;

  @Field(() => Int, { description: 'Number of runs on all pages.' })
  readonly totalCount: number;
}

@InputType('CancelRunInput', { description: 'What cancelRun needs.' })
export class CancelRunInput {
  @Field(() => ID, { description: 'Id of the run, run_…' })
  run: string;
}

@ObjectType('RunCancelRequested', {
  description: 'The run will stop within one training step; finished steps keep their results.',
})
export class RunCancelRequested {
  @Field(() => Run, { description: 'The run.' })
  readonly run: Run;
}

@ObjectType('CancelRefused', { description: 'The run cannot be cancelled any more.' })
export class CancelRefused {
  @Field(() => String, { description: 'A sentence: why not.' })
  readonly message: string;

  @Field(() => String, { description: 'A sentence: what to do next.' })
  readonly advice: string;
}

export const CancelRunResult = createUnionType({
  name: 'CancelRunResult',
  description: 'Outcome of cancelRun.',
  types: () => [RunCancelRequested, CancelRefused] as const,
});
