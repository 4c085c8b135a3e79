import { cpu } from './cpu.js';
import type { DeviceModule } from './device.js';
import { webgpu } from './webgpu/webgpu.js';

/** The devices this build can run graphs on. */
export const devices = { cpu, webgpu } as const satisfies Readonly<Record<string, DeviceModule>>;

export type DeviceName = keyof typeof devices;
