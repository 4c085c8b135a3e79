import { cpu } from './cpu.js';
import { cuda } from './cuda/cuda.js';
import type { DeviceModule } from './device.js';
import type { DeviceName } from './device-names.js';
import { webgpu } from './webgpu/webgpu.js';

export type { DeviceName } from './device-names.js';

/** The devices that graphs run on. Which of them this machine has, `deviceReports` tells. */
export const devices: Readonly<Record<DeviceName, DeviceModule>> = { cpu, webgpu, cuda };
