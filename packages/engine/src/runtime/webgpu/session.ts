import { InferenceSession } from 'onnxruntime-node';
import type { Graph } from '../../graph/index.js';
import { encodeOnnx } from '../../graph/onnx/index.js';
import { DeviceError } from '../errors.js';
import { explain } from '../onnxruntime-errors.js';
import { nodesWithoutKernel } from './missing-kernels.js';

/** Where an output is wanted: on the device, for the next run to take, or in this process's memory. */
export type Location = 'gpu-buffer' | 'cpu';

/**
 * A session of onnxruntime's WebGPU provider for a graph that `lowerForWebgpu` made. The fallback to the CPU is switched off:
 * it would copy its operands forth and back in every step, and nobody would know why training is slow.
 */
export async function createSession(
  graph: Graph,
  { threads, locations }: { readonly threads: number; readonly locations?: Readonly<Record<string, Location>> },
): Promise<InferenceSession> {
  try {
    return await create(graph, threads, locations);
  } catch (cause) {
    if (!isFallback(cause)) throw explain('webgpu', 'prepare the graph', cause);
    const missing = await nodesWithoutKernel(graph, (part) => create(part, threads));
    const what = missing.length === 0 ? 'what onnxruntime made of the graph' : missing.join(', ');
    throw new DeviceError(
      'webgpu',
      `The webgpu device has no kernel for ${what}, and would hand it to the CPU in every run.`,
      'Run on the cpu device, and report this: Stockpot should say it with other operators.',
      { cause },
    );
  }
}

export function isFallback(cause: unknown): boolean {
  return cause instanceof Error && /fallback to CPU EP has been explicitly disabled/.test(cause.message);
}

function create(
  graph: Graph,
  threads: number,
  locations?: Readonly<Record<string, Location>>,
): Promise<InferenceSession> {
  return InferenceSession.create(encodeOnnx(graph), {
    executionProviders: ['webgpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
    extra: { session: { disable_cpu_ep_fallback: '1' } },
    ...(locations === undefined ? {} : { preferredOutputLocation: locations }),
  });
}
