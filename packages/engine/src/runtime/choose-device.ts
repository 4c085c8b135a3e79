import { type DeviceName, deviceNames } from './device-names.js';
import { DeviceError } from './errors.js';
import { type DeviceReport, deviceReport } from './probe/device-report.js';

/** What a person may ask for: a device, or the best that the machine has. */
export type DeviceWord = DeviceName | 'auto';
export const deviceWords = [...deviceNames, 'auto'] as const;

export interface DeviceChoice {
  readonly device: DeviceName;
  /** One sentence. */
  readonly why: string;
}

/**
 * The device for `word`. `auto` is CUDA where its provider works, else WebGPU where there is a graphics processor, else the
 * processor. Throws DeviceError, with what to do, when a device is named that this machine cannot use.
 */
export async function chooseDevice(
  word: DeviceWord,
  report: (device: DeviceName) => Promise<DeviceReport> = deviceReport,
): Promise<DeviceChoice> {
  if (word === 'cpu') return { device: 'cpu', why: 'Steps run on the processor, as asked.' };
  if (word !== 'auto') {
    const found = await report(word);
    if (found.usable) return { device: word, why: `Steps run on ${word} (${found.what}), as asked.` };
    const advice = found.advice ?? 'Use --device cpu.';
    throw new DeviceError(word, `The device ${word} cannot be used here. ${found.reason}`, advice);
  }
  const cuda = await report('cuda');
  if (cuda.usable) return { device: 'cuda', why: `Steps run on cuda (${cuda.what}): its provider works here.` };
  const webgpu = await report('webgpu');
  if (webgpu.usable && webgpu.hardware) {
    return {
      device: 'webgpu',
      why: `Steps run on webgpu (${webgpu.what}): a graphics processor, and no CUDA provider.`,
    };
  }
  const without = webgpu.usable ? 'WebGPU has only a software adapter' : 'no graphics processor was found';
  return { device: 'cpu', why: `Steps run on the processor: ${without}, and there is no CUDA provider.` };
}
