import type { ChildProcess } from 'node:child_process';
import { forkModule } from '../fork-module.js';

const fromSource = import.meta.url.endsWith('.ts');

/** The step table of this engine, as a module URL. */
export const ENGINE_STEPS = new URL(fromSource ? '../steps/index.ts' : '../steps/index.js', import.meta.url).href;

/** Starts the engine's process. */
export function forkChild(steps: string): ChildProcess {
  return forkModule(import.meta.url, './child', [steps]);
}
