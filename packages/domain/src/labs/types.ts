import { ROLES, type Role, type Visibility } from '@stockpot/db';
import { z } from 'zod';
import { labRef, objectId } from '../page.js';

export interface Lab {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly visibility: Visibility;
  readonly createdAt: Date;
}
export interface Membership {
  readonly lab: Lab;
  readonly role: Role;
}

export const createLabInput = z.object({
  slug: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/, 'expected 1 to 48 of a-z, 0-9 and -, not at the ends'),
  name: z.string().trim().min(1).max(120),
  visibility: z.enum(['private', 'public']).default('private'),
});
export const labBySlugInput = z.object({ slug: labRef });
export const labGetInput = z.object({ id: objectId });
export const labListInput = z.object({});
/** `role` null takes the membership away. */
export const setMemberInput = z.object({ lab: labRef, userId: objectId, role: z.enum(ROLES).nullable() });
