import { InferenceSession } from 'onnxruntime-node';
import type { Graph } from '../../graph/index.js';
import { encodeOnnx } from '../../graph/onnx/index.js';
import type { DeviceModule, DeviceOptions, DeviceSession } from '../device.js';
import { DeviceError } from '../errors.js';
import { HostSession } from '../host-session.js';
import { LoopedStepper } from '../looped-stepper.js';
import { explain } from '../onnxruntime-errors.js';
import { refuseBf16 } from '../ort-tensors.js';
import { CUDA_ADVICE, missingLibraries } from './libraries.js';

/** Steps in one run: enough that carrying the state over the bus is a small part of it. */
const STEPS_AT_ONCE = 8;

/**
 * onnxruntime's CUDA provider, whose libraries do not come with the package. The binding (1.30) has no tensors on a CUDA
 * device, so a stepper does several steps in one run.
 */
export const cuda: DeviceModule = {
  open,
  openStepper: async (graph, state, options) =>
    new LoopedStepper({
      ...{ graph, state, open: (part: Graph) => open(part, options) },
      stepsAtOnce: options.stepsAtOnce ?? STEPS_AT_ONCE,
      ownMemory: true,
    }),
};

async function open(graph: Graph, { threads }: DeviceOptions): Promise<DeviceSession> {
  const missing = missingLibraries();
  if (missing !== null) throw new DeviceError('cuda', `The cuda device cannot be used: ${missing}`, CUDA_ADVICE);
  refuseBf16('cuda', graph);
  try {
    const session = await InferenceSession.create(encodeOnnx(graph), {
      executionProviders: ['cuda'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    });
    return new HostSession('cuda', session, graph);
  } catch (cause) {
    throw explain('cuda', 'prepare the graph', cause);
  }
}
