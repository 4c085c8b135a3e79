import { cpu } from './cpu.js';
import { cuda } from './cuda/cuda.js';
import type { DeviceModule } from './device.js';
import { webgpu } from './webgpu/webgpu.js';

/** The devices that graphs run on. Which of them this machine has, `deviceReports` tells. */
export const devices = { cpu, webgpu, cuda } as const satisfies Readonly<Record<string, DeviceModule>>;

export type DeviceName = keyof typeof devices;
export const deviceNames = Object.keys(devices) as DeviceName[];
