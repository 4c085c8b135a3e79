import type { Graph } from '../../graph/index.js';
import type { DeviceModule, DeviceOptions, DeviceSession } from '../device.js';
import { DeviceError } from '../errors.js';
import { HostSession } from '../host-session.js';
import { LoopedStepper } from '../looped-stepper.js';
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

async function open(graph: Graph, options: DeviceOptions): Promise<DeviceSession> {
  const missing = missingLibraries();
  if (missing !== null) throw new DeviceError('cuda', `The cuda device cannot be used: ${missing}`, CUDA_ADVICE);
  return HostSession.open('cuda', graph, options);
}
