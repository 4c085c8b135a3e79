import { defineVerb } from '../verb/define-verb.js';
import { open } from '../verb/policy.js';
import { hasAdministrator } from './tokens.js';
import { type SetupStatus, setupStatusInput } from './types.js';

/** Whether the installation still waits for its first administrator. */
export const status = defineVerb({
  name: 'setup.status',
  effect: 'read',
  policy: open,
  input: setupStatusInput,
  run: async (tx): Promise<SetupStatus> => ({ needed: !(await hasAdministrator(tx)) }),
});
