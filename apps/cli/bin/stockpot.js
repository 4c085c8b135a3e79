#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { refusalOf } from './node-version.js';

const main = new URL('../dist/main.js', import.meta.url);
const refusal = refusalOf(process.version);
if (refusal !== undefined) {
  console.error(refusal);
  process.exitCode = 1;
} else if (existsSync(main)) {
  await import(main.href);
} else {
  console.error(
    'stockpot: The command line is not built yet.\nNext: Run `npm run build` in the checkout, then try again.',
  );
  process.exitCode = 1;
}
