export type { DeviceModule, DeviceOptions, DeviceSession } from './device.js';
export { type DeviceName, devices } from './devices.js';
export { DeviceError } from './errors.js';
export { type CompileOptions, compile, type Executable } from './executable.js';
export { openStepper, type Stepper, type StepperOptions } from './stepper.js';
