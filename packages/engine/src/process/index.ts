export { chooseDevice, type DeviceChoice, type DeviceWord, deviceWords } from '../runtime/choose-device.js';
export type { DeviceName } from '../runtime/device-names.js';
export { type DeviceReport, deviceReport, deviceReports } from '../runtime/probe/device-report.js';
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
export {
  cookedRecipes,
  type RunRecord,
  RunRecordError,
  type RunStep,
  readRunRecord,
  writeRunRecord,
} from './run-record.js';
export { RunRecorder } from './run-recorder.js';
export { externalInputHashes, resolveSource, SourceNotFoundError, type SourceOptions } from './sources.js';
