export { heartbeat } from './heartbeat.js';
export { list } from './list.js';
export { reap } from './reap.js';
export { register } from './register.js';
export { signOff } from './sign-off.js';
