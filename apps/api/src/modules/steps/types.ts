import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Artifact } from '../artifacts/types.js';
import { Node } from '../node/types.js';

/** What a step does. */
export const StepKind = {
  DATASET: 'dataset',
  BENCHMARK: 'benchmark',
  PRETRAIN: 'pretrain',
  IMPORT: 'import',
  PROBE: 'probe',
  FINETUNE: 'finetune',
  ALIGN: 'align',
  SOUP: 'soup',
  BATCHNORM: 'batchnorm',
  FEATURES: 'features',
  EVALUATE: 'evaluate',
  COST: 'cost',
  ANALYSE: 'analyse',
} as const;
export type StepKind = (typeof StepKind)[keyof typeof StepKind];
registerEnumType(StepKind, {
  name: 'StepKind',
  description: 'What a step does.',
  valuesConfig: {
    DATASET: { description: "Reads a dataset's files and fixes its splits." },
    BENCHMARK: { description: 'Fixes an evaluation protocol and renders its corrupted images.' },
    PRETRAIN: { description: 'Pre-trains the stock.' },
    IMPORT: { description: 'Takes a checkpoint that is there already, as the stock or as an ingredient.' },
    PROBE: { description: 'Trains a linear head on the frozen stock.' },
    FINETUNE: { description: 'Fine-tunes one ingredient.' },
    ALIGN: {
      description: "Puts an ingredient's units in the order in which they come closest to another's (Git Re-Basin).",
    },
    SOUP: { description: 'Mixes ingredients: a soup, or the member list of an ensemble.' },
    BATCHNORM: { description: 'Estimates the running statistics of a soup with batch normalisation again.' },
    FEATURES: { description: 'Takes the features of a model, without its head, for the images of a split.' },
    EVALUATE: { description: 'Evaluates one model on one benchmark.' },
    COST: { description: 'Measures what answers of models cost, while nothing else of the run computes.' },
    ANALYSE: { description: 'Says why models are as good as they are: barriers, contributions, diversity.' },
  },
});

/** Where a step of a run stands. */
export const StepStatus = {
  WAITING: 'waiting',
  RUNNING: 'running',
  SUCCEEDED: 'succeeded',
  REUSED: 'reused',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
} as const;
export type StepStatus = (typeof StepStatus)[keyof typeof StepStatus];
registerEnumType(StepStatus, {
  name: 'StepStatus',
  description: 'Where a step of a run stands.',
  valuesConfig: {
    WAITING: { description: 'Waits for its inputs or for a free slot.' },
    RUNNING: { description: 'A worker executes it.' },
    SUCCEEDED: { description: 'It made its artifacts in this run.' },
    REUSED: { description: 'A verified result with the same key was there already.' },
    FAILED: { description: 'It failed for good.' },
    CANCELLED: { description: 'The run was cancelled before it finished.' },
  },
});

@ObjectType('StepProgress', { description: 'How far a running step is.' })
export class StepProgress {
  @Field(() => Float, { description: 'Units done, at least 0.' })
  readonly done: number;

  @Field(() => Float, { description: 'Units in all.' })
  readonly total: number;

  @Field(() => String, { description: 'What is counted, for example images or steps.' })
  readonly unit: string;

  @Field(() => Float, { nullable: true, description: 'Units a second; null until known.' })
  readonly rate: number | null;
}

@ObjectType('StepError', { description: 'Why something failed and what to do.' })
export class StepError {
  @Field(() => String, { description: 'Class of the failure, for example DataFileError.' })
  readonly name: string;

  @Field(() => String, { description: 'A sentence: what was wrong and where.' })
  readonly message: string;

  @Field(() => String, { description: 'A sentence: what to do next.' })
  readonly advice: string;
}

@ObjectType('StepArtifact', { description: 'One output of a step.' })
export class StepArtifact {
  @Field(() => String, { description: 'Name of the output, for example checkpoint or trace.' })
  readonly output: string;

  @Field(() => Artifact, { description: 'The bytes.' })
  readonly artifact: Artifact;
}

@ObjectType('Step', { description: 'One step of a run.', implements: Node })
export class Step extends Node {
  @Field(() => String, { description: 'Name within the plan, for example ingredients/ft-03.' })
  readonly stepId: string;

  @Field(() => StepKind, { description: 'What it does.' })
  readonly kind: StepKind;

  @Field(() => String, { description: 'Sentence for people.' })
  readonly title: string;

  @Field(() => StepStatus, { description: 'Where it stands.' })
  readonly status: StepStatus;

  @Field(() => [String], { description: 'Names within the plan of the steps whose artifacts it reads.' })
  readonly dependsOn: readonly string[];

  @Field(() => Int, {
    description: "Which of the recipe's repeats it is of, from 1; what all of them share is of the first.",
  })
  readonly repeat: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Hash of everything that determines its result, 64 hexadecimal digits; null until its inputs are known.',
  })
  readonly key: string | null;

  @Field(() => Int, { description: 'How often a worker began it, from 0.' })
  readonly attempts: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When a worker began it first.' })
  readonly startedAt: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ended.' })
  readonly finishedAt: Date | null;

  @Field(() => StepProgress, {
    nullable: true,
    description: 'How far it is; null when it does not run or has not said.',
  })
  readonly progress: StepProgress | null;

  @Field(() => StepError, { nullable: true, description: 'Why it failed; null unless `status` is FAILED.' })
  readonly error: StepError | null;

  @Field(() => [String], { description: 'Names of the metric series it wrote.' })
  readonly series: readonly string[];

  @Field(() => [StepArtifact], { description: 'What it made, by output.' })
  readonly artifacts: readonly StepArtifact[];
}
