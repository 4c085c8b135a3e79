/** @file Compiles kernels/*.ts to src/soups/kernel/generated/: `npm run kernels -w packages/engine`. */
import { writeFile } from 'node:fs/promises';
import { compileMeanKernel } from './compile-kernel.js';

const target = new URL('../src/soups/kernel/generated/mean.ts', import.meta.url);
await writeFile(target, await compileMeanKernel());
