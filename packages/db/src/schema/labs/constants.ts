/** Weakest first: every role may do what the roles before it may. */
export const ROLES = ['viewer', 'member', 'maintainer', 'owner'] as const;
export type Role = (typeof ROLES)[number];

/** A public lab may be read by anybody, signed in or not; it is written by its members only. */
export const VISIBILITIES = ['private', 'public'] as const;
export type Visibility = (typeof VISIBILITIES)[number];
