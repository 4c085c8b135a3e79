import { Field, ObjectType, registerEnumType } from 'type-graphql';

@ObjectType('PageInfo', { description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether a page follows.' })
  readonly hasNextPage: boolean;

  @Field(() => Boolean, {
    description: 'Whether the page was asked for with `after`, so that something may precede it.',
  })
  readonly hasPreviousPage: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first edge; null on an empty page.' })
  readonly startCursor: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of the last edge; null on an empty page.' })
  readonly endCursor: string | null;
}

/** Direction of an order. */
export const OrderDirection = {
  ASC: 'asc',
  DESC: 'desc',
} as const;
export type OrderDirection = (typeof OrderDirection)[keyof typeof OrderDirection];
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'Direction of an order.',
  valuesConfig: {
    ASC: { description: 'Smallest first.' },
    DESC: { description: 'Largest first.' },
  },
});
