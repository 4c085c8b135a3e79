export { bySlug } from './by-slug.js';
export { create } from './create.js';
export { get } from './get.js';
export { list } from './list.js';
export { memberships } from './memberships.js';
export { setMember } from './set-member.js';
