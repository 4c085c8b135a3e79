import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PROVIDER = 'libonnxruntime_providers_cuda.so';

export const CUDA_ADVICE =
  "On Linux x64 with CUDA 12 and cuDNN 9, fetch the provider's libraries: npm rebuild onnxruntime-node --onnxruntime-node-install=cuda12. Or use --device webgpu, which needs nothing but the graphics driver.";

/** Why onnxruntime's CUDA provider cannot be loaded, as a sentence; null when its libraries are there. */
export function missingLibraries(): string | null {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return `onnxruntime has no CUDA provider for ${process.platform} on ${process.arch}.`;
  }
  const folder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const file = join(folder, 'bin', 'napi-v6', 'linux', 'x64', PROVIDER);
  return existsSync(file) ? null : `${PROVIDER} is not installed.`;
}
