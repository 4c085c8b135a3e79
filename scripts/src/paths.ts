import { resolve } from 'node:path';

/** Where a checkout keeps its data: `STOCKPOT_HOME`, or `.stockpot` in it. As `lib/paths.mjs` says for plain scripts. */
export function dataRoot(root: string, environment: NodeJS.ProcessEnv = process.env): string {
  return resolve(root, environment.STOCKPOT_HOME || '.stockpot');
}
