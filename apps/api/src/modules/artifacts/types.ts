import { GraphQLSafeInt } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

@ObjectType('Artifact', {
  description: 'Bytes in the content-addressed store. Download: GET /blobs/<hash>?lab=<slug>.',
})
export class Artifact {
  @Field(() => String, { description: 'SHA-256 of the bytes, 64 lower-case hexadecimal digits.' })
  readonly hash: string;

  @Field(() => GraphQLSafeInt, { description: 'Length in bytes.' })
  readonly bytes: number;

  @Field(() => String, { description: 'Media type, for example application/vnd.safetensors.' })
  readonly mediaType: string;
}
