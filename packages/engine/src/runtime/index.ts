export { chooseDevice, type DeviceChoice, type DeviceWord, deviceWords } from './choose-device.js';
export type { DeviceModule, DeviceOptions, DeviceSession } from './device.js';
export { type DeviceName, deviceNames } from './device-names.js';
export { devices } from './devices.js';
export { DeviceError, DeviceLostError, DeviceOutOfMemoryError } from './errors.js';
export { type CompileOptions, compile, type Executable } from './executable.js';
export { type DeviceReport, deviceReport, deviceReports } from './probe/device-report.js';
export { openStepper, type Stepper, type StepperOptions } from './stepper.js';
