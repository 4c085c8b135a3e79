import { Field, ID, InterfaceType } from 'type-graphql';
import { nodeTypeName } from './type-name.js';

@InterfaceType('Node', {
  description: 'Anything that has an id of its own. Ids are typed, sortable and global: soup_01j…, run_01j…',
  resolveType: nodeTypeName,
})
export abstract class Node {
  @Field(() => ID, { description: 'Typed id; the part before the underscore says what it is.' })
  readonly id: string;
}
