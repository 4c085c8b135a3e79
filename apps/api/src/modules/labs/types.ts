import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../node/types.js';

@ObjectType('Lab', { description: 'The tenant: a group of people and everything they own.', implements: Node })
export class Lab extends Node {
  @Field(() => String, { description: 'Name in addresses: lower-case letters, digits and hyphens; unique.' })
  readonly slug: string;

  @Field(() => String, { description: 'Name for people.' })
  readonly name: string;

  @Field(() => LabVisibility, { description: 'Who may see it.' })
  readonly visibility: LabVisibility;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  readonly createdAt: Date;
}

/** Who may see a lab. */
export const LabVisibility = {
  PRIVATE: 'private',
  PUBLIC: 'public',
} as const;
export type LabVisibility = (typeof LabVisibility)[keyof typeof LabVisibility];
registerEnumType(LabVisibility, {
  name: 'LabVisibility',
  description: 'Who may see a lab.',
  valuesConfig: {
    PRIVATE: { description: 'Members only.' },
    PUBLIC: { description: 'Everybody may read, also without signing in.' },
  },
});

/** What a member may do in a lab; each role includes the ones below it. */
export const LabRole = {
  OWNER: 'owner',
  MAINTAINER: 'maintainer',
  MEMBER: 'member',
  VIEWER: 'viewer',
} as const;
export type LabRole = (typeof LabRole)[keyof typeof LabRole];
registerEnumType(LabRole, {
  name: 'LabRole',
  description: 'What a member may do in a lab; each role includes the ones below it.',
  valuesConfig: {
    OWNER: { description: 'Everything, including removing the lab.' },
    MAINTAINER: { description: 'Manages members and objects.' },
    MEMBER: { description: 'Submits recipes and cancels runs.' },
    VIEWER: { description: 'Reads.' },
  },
});

@ObjectType('Membership', { description: "One person's role in one lab." })
export class Membership {
  @Field(() => Lab, { description: 'The lab.' })
  readonly lab: Lab;

  @Field(() => LabRole, { description: 'The role.' })
  readonly role: LabRole;
}
