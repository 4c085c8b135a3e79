import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Viewer', { description: 'The person, or the person behind the token, who asks.' })
export class Viewer {
  @Field(() => ID, { description: 'Typed id, user_…' })
  readonly id: string;

  @Field(() => String, { description: 'Name for people.' })
  readonly name: string;

  @Field(() => String, { description: 'E-mail address; only the viewer sees it.' })
  readonly email: string;
}
