import { readdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { CUDA_ADVICE, missingLibraries } from '../cuda/libraries.js';
import type { DeviceName } from '../device-names.js';
import { probe } from './probe.js';
import type { ProbeReport } from './report.js';

/** What this machine can do with one device. */
export interface DeviceReport {
  readonly device: DeviceName;
  readonly usable: boolean;
  /** A graphics processor, not a program that plays one. `auto` takes no other. */
  readonly hardware: boolean;
  /** Processor or drivers, for people. */
  readonly what: string;
  /** Whether it computes with 16-bit floats. `precision: f16` pays on graphics processors; the cpu device is slower in it. */
  readonly f16: boolean;
  /** Why it cannot be used, as a sentence; null when it can. */
  readonly reason: string | null;
  readonly advice: string | null;
}

/** Drivers that compute on the processor. */
const SOFTWARE = /vk_swiftshader|vulkan_lvp/;

export const WEBGPU_ADVICE =
  process.platform === 'linux'
    ? "Install the graphics card's driver and the Vulkan loader (Debian and Ubuntu: apt install libvulkan1 mesa-vulkan-drivers; NVIDIA: its own driver). In a container, pass the card in (docker run --gpus all, or --device /dev/dri). Or use --device cpu."
    : "Update the graphics card's driver, or use --device cpu.";

const reports: { readonly [Name in DeviceName]: () => Promise<DeviceReport> } = {
  cpu: async () => ({
    device: 'cpu',
    usable: true,
    hardware: false,
    what: `${cpus()[0]?.model.trim() ?? 'processor'}, ${availableParallelism()} cores`,
    f16: true,
    reason: null,
    advice: null,
  }),
  webgpu: async () => webgpuReport(await probe('webgpu'), await graphicsNodes()),
  cuda: async () => {
    const missing = missingLibraries();
    return missing === null ? cudaReport(await probe('cuda')) : unusable('cuda', missing, CUDA_ADVICE);
  },
};

/** What each device of Stockpot is on this machine. The slow part, trying them, is done in processes of their own. */
export async function deviceReports(): Promise<readonly DeviceReport[]> {
  return Promise.all(Object.values(reports).map((report) => report()));
}

export function deviceReport(device: DeviceName): Promise<DeviceReport> {
  return reports[device]();
}

/** @param nodes devices of a graphics processor that the system offers; null where it does not tell in this way */
export function webgpuReport(report: ProbeReport, nodes: readonly string[] | null): DeviceReport {
  if (!report.usable) {
    const none = /No supported adapters/.test(report.said);
    const reason = none
      ? 'No graphics processor was found that WebGPU can use.'
      : `It failed when it was tried: ${report.said.trim().split('\n')[0]}`;
    return unusable('webgpu', reason, WEBGPU_ADVICE);
  }
  const real = report.drivers.filter((driver) => !SOFTWARE.test(driver));
  // Drivers are loaded for cards that are not there, too.
  const hardware = nodes === null || (real.length > 0 && nodes.length > 0);
  return {
    device: 'webgpu',
    usable: true,
    hardware,
    what: hardware ? real.join(', ') || 'graphics processor' : `${report.drivers.join(', ')}: software, slow`,
    f16: report.f16,
    reason: null,
    advice: null,
  };
}

function cudaReport(report: ProbeReport): DeviceReport {
  if (!report.usable) {
    return unusable('cuda', `It failed when it was tried: ${report.said.trim().split('\n')[0]}`, CUDA_ADVICE);
  }
  const what = report.drivers.join(', ') || 'CUDA';
  return { device: 'cuda', usable: true, hardware: true, what, f16: report.f16, reason: null, advice: null };
}

function unusable(device: DeviceName, reason: string, advice: string): DeviceReport {
  return { device, usable: false, hardware: false, what: '', f16: false, reason, advice };
}

/** Where Linux shows a graphics processor: /dev/dri/renderD*, /dev/nvidia0, /dev/dxg (WSL). */
async function graphicsNodes(): Promise<readonly string[] | null> {
  if (process.platform !== 'linux') return null;
  const render = (await readdir('/dev/dri').catch(() => [])).filter((name) => name.startsWith('renderD'));
  const others = (await readdir('/dev').catch(() => [])).filter((name) => /^(nvidia\d+|dxg)$/.test(name));
  return [...render.map((name) => `/dev/dri/${name}`), ...others.map((name) => `/dev/${name}`)];
}
