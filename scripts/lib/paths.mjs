import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder that holds package.json, wherever the command was started from. */
export const checkout = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where this checkout keeps its data: `STOCKPOT_HOME`, or `.stockpot` in the checkout. */
export function dataRoot(environment = process.env) {
  return resolve(checkout, environment.STOCKPOT_HOME || '.stockpot');
}

/** An executable that npm installed into the checkout. */
export function installed(name) {
  return join(checkout, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
}
