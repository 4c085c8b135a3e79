import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../node/types.js';

@ObjectType('Dataset', { description: 'A set of labelled images.', implements: Node })
export class Dataset extends Node {
  @Field(() => String, { description: 'Name in the recipe.' })
  readonly name: string;

  @Field(() => String, { description: 'SHA-256 over the content of all files, 64 hexadecimal digits.' })
  readonly contentHash: string;

  @Field(() => Int, { description: 'Number of classes, at least 2.' })
  readonly classes: number;

  @Field(() => [Int], { description: 'Shape of one image: [channels, height, width]; height and width in pixels.' })
  readonly image: readonly number[];

  @Field(() => [Split], { description: 'Its splits by name; disjoint. At most 100.' })
  readonly splits: readonly Split[];
}

@ObjectType('Split', { description: 'A part of a dataset, with the role it may play.', implements: Node })
export class Split extends Node {
  @Field(() => String, { description: 'Name in the recipe.' })
  readonly name: string;

  @Field(() => SplitRole, { description: 'What it may be used for.' })
  readonly role: SplitRole;

  @Field(() => Int, { description: 'Number of examples.' })
  readonly n: number;

  @Field(() => String, { description: "SHA-256 over the examples' indices and content, 64 hexadecimal digits." })
  readonly contentHash: string;
}

/** What a split of a dataset may be used for. */
export const SplitRole = {
  TRAIN: 'train',
  SELECTION: 'selection',
  TEST: 'test',
  SHIFT: 'shift',
  UNLABELED: 'unlabeled',
} as const;
export type SplitRole = (typeof SplitRole)[keyof typeof SplitRole];
registerEnumType(SplitRole, {
  name: 'SplitRole',
  description: 'What a split of a dataset may be used for.',
  valuesConfig: {
    TRAIN: { description: 'Labelled examples that training may see.' },
    SELECTION: { description: 'Labelled examples that choices are made on; a score on it never ranks.' },
    TEST: { description: 'Labelled examples that nothing was chosen on.' },
    SHIFT: { description: 'Labelled examples of another distribution than the training examples.' },
    UNLABELED: { description: 'Examples whose labels are not used.' },
  },
});
