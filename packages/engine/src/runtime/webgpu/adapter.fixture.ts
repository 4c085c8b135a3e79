/** @file An adapter for tests of WebGPU: SwiftShader, which computes on the CPU and comes with Chromium, else the machine's. */
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { probe } from '../probe/probe.js';

const browsers = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/usr/lib64/chromium-browser', '/opt/google/chrome'];
const ICD = 'vk_swiftshader_icd.json';

/** SwiftShader's description beside the browser of the end-to-end tests (`STOCKPOT_BROWSER`, else one on the path). */
function swiftShader(): string | undefined {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => browsers.map((name) => join(folder, name)));
  const found = [process.env.STOCKPOT_BROWSER, ...onPath].filter((path) => path !== undefined && existsSync(path));
  const beside = found.map((path) => dirname(realpathSync(path ?? '')));
  return [...beside, ...folders].map((folder) => join(folder, ICD)).find((file) => existsSync(file));
}

/**
 * Makes WebGPU usable in this process, and says why when it cannot: a reason to skip a test. An adapter that the
 * environment names (`VK_DRIVER_FILES`) is left as it is.
 */
export async function whyNoWebgpu(): Promise<string | null> {
  const named = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  const software = swiftShader();
  if (named === undefined && software !== undefined) process.env.VK_ICD_FILENAMES = software;
  // Vulkan complains of every process without one.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const report = await probe('webgpu');
  if (report.usable) return null;
  return software === undefined
    ? 'no adapter for WebGPU; Chromium brings one for tests (SwiftShader)'
    : `no adapter for WebGPU, though ${software} is there; it needs the Vulkan loader (Debian: libvulkan1)`;
}

/** The same for what computes with 16-bit floats, which SwiftShader does not. */
export async function whyNoHalfPrecision(): Promise<string | null> {
  const missing = await whyNoWebgpu();
  if (missing !== null) return missing;
  const report = await probe('webgpu');
  return report.usable && report.f16 ? null : 'this adapter does not compute with 16-bit floats';
}
