export {
  type CookedStep,
  CookFailedError,
  type CookOptions,
  type CookPlace,
  cook,
} from './cook.js';
export type { CookEvent, StepState } from './cook-events.js';
export { EngineProcess, type EngineProcessOptions } from './engine-process.js';
export { EngineCrashedError, EngineOutOfMemoryError, StepFailedError } from './errors.js';
export { defaultHome, LocalHome } from './home.js';
export { HomeInUseError } from './home-lock.js';
export type { StepEvent, StepRequest } from './messages.js';
export { externalInputHashes, resolveSource, SourceNotFoundError, type SourceOptions } from './sources.js';
