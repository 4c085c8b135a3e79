export { checkToken } from './check-token.js';
export { claim } from './claim.js';
export { issueToken } from './issue-token.js';
export { status } from './status.js';
