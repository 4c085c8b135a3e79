import { Field, Int, ObjectType } from 'type-graphql';
import { Split, SplitRole } from '../datasets/types.js';
import { Node } from '../node/types.js';

@ObjectType('Benchmark', {
  description: 'A versioned evaluation protocol: a split, its transforms or corruption grid, and the metrics.',
  implements: Node,
})
export class Benchmark extends Node {
  @Field(() => String, { description: 'Name in the recipe.' })
  readonly name: string;

  @Field(() => Split, { description: 'The split it evaluates on.' })
  readonly split: Split;

  @Field(() => SplitRole, { description: 'Role of that split.' })
  readonly role: SplitRole;

  @Field(() => Int, {
    description: 'Number of images before corruption; one evaluation scores n × corruptions × severities of them.',
  })
  readonly n: number;

  @Field(() => String, {
    description: 'SHA-256 of the protocol document, 64 hexadecimal digits: equal hashes, comparable numbers.',
  })
  readonly protocolHash: string;

  @Field(() => [String], { nullable: true, description: 'Names of the corruptions; null when the images are clean.' })
  readonly corruptions: readonly string[] | null;

  @Field(() => [Int], { nullable: true, description: 'Severities, 1 to 5; null when the images are clean.' })
  readonly severities: readonly number[] | null;

  @Field(() => String, { description: 'Name of the metric that models are ordered by on it: `top1` for most.' })
  readonly headline: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Version of what is measured, a page of docs/protocols: `knn-1`, `mnist-c-5`, `cifar-c-official-1` for published images; null for plain answers to clean images.',
  })
  readonly protocolName: string | null;
}
