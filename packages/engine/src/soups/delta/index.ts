import type { MethodEntry } from '../methods/method-entry.js';
import { breadcrumbs, breadcrumbsTies } from './breadcrumbs.js';
import { dareLinear, dareTies } from './dare.js';
import { della, dellaLinear } from './della.js';
import { taskArithmetic } from './task-arithmetic.js';
import { ties } from './ties.js';

/** Methods that mix what ingredients changed in their stock. */
export const deltaMethods = {
  'task-arithmetic': taskArithmetic,
  ties,
  'dare-linear': dareLinear,
  'dare-ties': dareTies,
  della,
  'della-linear': dellaLinear,
  breadcrumbs,
  'breadcrumbs-ties': breadcrumbsTies,
} satisfies Record<string, MethodEntry>;
